/* Instants and lengths of time as people read them. Instants are ms since 1970 UTC; the zone is the hall's. */

import { t } from "./words.js";

const MINUTE_MS = 60_000;

/** Indonesia's three zones have names that Intl does not know; other halls get Intl's short name. */
const ZONES = {
  "Asia/Jakarta": "WIB",
  "Asia/Pontianak": "WIB",
  "Asia/Makassar": "WITA",
  "Asia/Jayapura": "WIT",
};

const formats = new Map();

/** "10.04" in Indonesian, "10:04" in English; always 24 hours. */
export function clock(atMs, timezone, lang) {
  return format(lang, { timeZone: timezone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(atMs);
}

/** "10.04.07" */
export function clockWithSeconds(atMs, timezone, lang) {
  const options = { timeZone: timezone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  return format(lang, options).format(atMs);
}

/** "10.04 WIB" */
export function clockWithZone(atMs, timezone, lang) {
  return `${clock(atMs, timezone, lang)} ${zoneName(timezone, lang, atMs)}`;
}

/** "WIB", "WITA", "WIT"; elsewhere what the browser calls it. */
export function zoneName(timezone, lang, atMs = Date.now()) {
  if (timezone in ZONES) return ZONES[timezone];
  const parts = format(lang, { timeZone: timezone, timeZoneName: "short" }).formatToParts(atMs);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? timezone;
}

/** "Selasa, 24 November 2026" */
export function longDate(atMs, timezone, lang) {
  const options = { timeZone: timezone, weekday: "long", day: "numeric", month: "long", year: "numeric" };
  return format(lang, options).format(atMs);
}

/** "24 Nov 2026, 10.04" */
export function dayAndClock(atMs, timezone, lang) {
  const options = { timeZone: timezone, day: "numeric", month: "short", year: "numeric" };
  return `${format(lang, options).format(atMs)}, ${clock(atMs, timezone, lang)}`;
}

/** A running time: "4:07", from an hour on "1:04:07"; never below zero, for two clocks may differ by a moment. */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, place) => (place === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** Whole minutes, at least 1 (for a target or a wait). */
export function minutes(ms) {
  return Math.max(1, Math.round(ms / MINUTE_MS));
}

/** An estimate {low_ms, high_ms} as "10–20 menit", or "5 menit" where both ends are the same minute. */
export function minutesRange({ low_ms, high_ms }) {
  const [low, high] = [minutes(low_ms), minutes(high_ms)];
  return low === high ? t("common.minutes", { n: low }) : t("common.minutes_range", { low, high });
}

function format(lang, options) {
  const key = lang + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, options));
  return formats.get(key);
}
