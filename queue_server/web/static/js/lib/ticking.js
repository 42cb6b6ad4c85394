/* A value that follows the clock: whoever reads it while drawing is drawn again each second. */

import { signal } from "../../vendor/signals-core.js";

const SECOND_MS = 1_000;

/** The hub's time, renewed at each full second of it. `live` is what connect() gave. */
export function ticking(live) {
  const nowMs = signal(live.nowMs());
  const tick = () => {
    nowMs.value = live.nowMs();
    setTimeout(tick, SECOND_MS - (nowMs.value % SECOND_MS) + 5); // a little after, so that no second shows twice
  };
  tick();
  return nowMs;
}
