/* Places, roles and instants of a device in words. */

import { boot } from "../../lib/boot.js";
import { dayAndClock } from "../../lib/format.js";
import { language, named, t } from "../../lib/words.js";

const { places } = boot.page;
const hasHalls = new Set(places.map((one) => one.hall)).size > 1;

/** "Kios utama", else the id alone: a printer has no name, and a place may be gone from the configuration. */
export function placeName(hall, role, id) {
  const place = places.find((one) => one.hall === hall && one.role === role && one.id === id);
  const name = named(place?.name) || id;
  return hasHalls && place !== undefined ? `${name} (${place.hall_name})` : name;
}

/** Whom a row is about: a place, a person, or a program without a name. */
export function subject(one) {
  return one.device === null ? (one.name ?? t("devices.no_name")) : placeName(one.hall, one.role, one.device);
}

export function instant(atMs) {
  return dayAndClock(atMs, boot.hall.timezone, language.value);
}

export function lastSeen(one) {
  if (one.connected) return t("devices.connected");
  return one.seen_at_ms === null ? t("devices.never") : t("devices.seen", { when: instant(one.seen_at_ms) });
}
