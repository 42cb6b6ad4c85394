/* How long something lasts, in the few letters that a tile has room for. */

import { clock } from "../../lib/format.js";
import { language, t } from "../../lib/words.js";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;
const TODAY_MS = 16 * HOUR_MINUTES * MINUTE_MS; // a clock alone says "today": no hall is open for longer

/** "baru saja", "7 mnt", "1 j 12 mnt", "3 hari" */
export function spanWords(ms) {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  if (minutes < 1) return t("manager.span.now");
  if (minutes < HOUR_MINUTES) return t("manager.span.minutes", { n: minutes });
  const [hours, rest] = [Math.floor(minutes / HOUR_MINUTES), minutes % HOUR_MINUTES];
  if (minutes < DAY_MINUTES) return rest === 0 ? t("manager.span.full_hours", { h: hours }) : t("manager.span.hours", { h: hours, n: rest });
  return t("manager.span.days", { n: Math.floor(minutes / DAY_MINUTES) });
}

/** "09.04"; empty where it never was or was on another day. */
export function sinceClock(atMs, nowMs, timezone) {
  if (atMs === 0 || nowMs - atMs > TODAY_MS) return "";
  return clock(atMs, timezone, language.value);
}
