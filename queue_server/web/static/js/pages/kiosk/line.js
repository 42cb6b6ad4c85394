/* What a service's line is like, as values and as words. Pure, but for the language that words.js shows. */

import { clock } from "../../lib/format.js";
import { t } from "../../lib/words.js";

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

export function servicesOf(state, agency) {
  return state.services.filter((one) => one.agency === agency);
}

/** "open", "closed" or "full". */
export function availability(service) {
  if (!service.open) return "closed";
  return service.is_full ? "full" : "open";
}

/** "12 orang menunggu" */
export function waitingWords(count) {
  return count === 0 ? t("kiosk.line.empty") : t("kiosk.line.waiting", { n: count });
}

/** "Buka besok 08.00"; a weekday within the week, then the date; without a known opening only that it is closed. */
export function opensWords(opensAtMs, nowMs, timezone, lang) {
  if (opensAtMs === null) return t("kiosk.opens.unknown");
  const params = { clock: clock(opensAtMs, timezone, lang) };
  const days = dayNumber(opensAtMs, timezone) - dayNumber(nowMs, timezone);
  if (days <= 0) return t("kiosk.opens.today", params);
  if (days === 1) return t("kiosk.opens.tomorrow", params);
  const shape = days < WEEK_DAYS ? { weekday: "long" } : { day: "numeric", month: "long" };
  const day = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { ...shape, timeZone: timezone }).format(opensAtMs);
  return t(days < WEEK_DAYS ? "kiosk.opens.weekday" : "kiosk.opens.date", { ...params, day });
}

/** Days since 1970 by the hall's calendar. */
function dayNumber(atMs, timezone) {
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" }).format(atMs);
  return Math.round(Date.parse(`${date}T00:00Z`) / DAY_MS);
}

/** "Dukcapil (Kependudukan …)" as what is said first and what explains it; the second may be empty. */
export function nameParts(name) {
  const found = /^(.+?)\s*\(([^()]+)\)$/.exec(name);
  return found === null ? [name, ""] : [found[1], found[2]];
}
