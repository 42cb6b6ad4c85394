/* A page that stays open for weeks takes up a new version by itself, at a moment when it disturbs nobody.
 *
 * A new version means that the hub was started anew, so the page looks when its line comes back: a file of the page's
 * own version may be kept for a year, and of an older one not at all (web/assets.py).
 */

import { effect } from "./html.js";

const UNKNOWN_PROTOCOL = 4426;
const SPREAD_MS = 10_000; // sixty pages that come back at once do not all ask at once
const PROTOCOL_SPREAD_MS = 60_000; // a page whose protocol is unknown is of no use, but neither is a storm of reloads
const LOOK_EVERY_MS = 1_000;
const OWN_FILE = new URL("../../mark.svg", import.meta.url);

/** `isFree()`: whether nobody would be disturbed now. */
export function renewWhenOutdated(live, isFree = () => true) {
  let wasAway = false;
  effect(() => {
    const phase = live.phase.value;
    if (phase !== "live") wasAway = wasAway || phase !== "connecting";
    else if (wasAway) {
      wasAway = false;
      setTimeout(() => look(isFree), SPREAD_MS * Math.random());
    }
  });
  renewWhenForeign(live);
}

/** Only where the hub no longer speaks this page's version: a phone that was allowed to ring is better left alone. */
export function renewWhenForeign(live) {
  live.onBye((code) => {
    if (code === UNKNOWN_PROTOCOL) setTimeout(() => location.reload(), PROTOCOL_SPREAD_MS * Math.random());
  });
}

async function look(isFree) {
  const answer = await fetch(OWN_FILE, { cache: "no-store" }).catch(() => null);
  if (answer === null || !answer.ok || answer.headers.get("cache-control")?.includes("immutable")) return;
  const timer = setInterval(() => {
    if (!isFree()) return;
    clearInterval(timer);
    location.reload();
  }, LOOK_EVERY_MS);
}
