/* How long the page waits for the person before it: counts down, starts over at each touch, stands still while touched. */

import { signal } from "../../lib/html.js";

const LOOK_EVERY_MS = 250;
const HELD_MS_MAX = 60_000; // a finger that stays longer is a bag, a raindrop or a broken screen

const GOING_ON = ["pointerup", "pointercancel", "keydown", "wheel"];

/** -> {wait(ms or null: for ever), secondsLeft: signal, or null while nothing is counted}; `onEnd` when time is over. */
export function startPatience({ onEnd }) {
  const secondsLeft = signal(null);
  let lengthMs = null;
  let untilMs = 0;
  let heldSinceMs = null;

  function wait(ms) {
    lengthMs = ms;
    begin();
  }

  function begin() {
    heldSinceMs = null;
    untilMs = performance.now() + (lengthMs ?? 0);
    tell();
  }

  function hold() {
    heldSinceMs = performance.now();
    untilMs = heldSinceMs + (lengthMs ?? 0);
    tell();
  }

  function look() {
    if (heldSinceMs !== null && performance.now() - heldSinceMs < HELD_MS_MAX) return;
    if (heldSinceMs !== null) begin();
    if (lengthMs !== null && performance.now() >= untilMs) {
      onEnd();
      begin();
    }
    tell();
  }

  function tell() {
    const nowMs = heldSinceMs ?? performance.now();
    secondsLeft.value = lengthMs === null ? null : Math.max(0, Math.ceil((untilMs - nowMs) / 1_000));
  }

  addEventListener("pointerdown", hold, { capture: true });
  for (const name of GOING_ON) addEventListener(name, begin, { capture: true, passive: true });
  setInterval(look, LOOK_EVERY_MS);
  return { wait, secondsLeft };
}
