/* Keeps the featured call up to date with views and time, and tells the hub once that a call was shown. */

import { effect, signal, untracked } from "../../lib/html.js";
import { isLost } from "../../lib/strip.js";
import { advanced, NOTHING_YET, wakesAtMs } from "./featured.js";

const REPORTED_COUNT_MAX = 256; // a view holds 64 calls at most; older ones do not come back

/** {memory: signal of featured.js' memory}. */
export function startShowing(live) {
  const memory = signal(NOTHING_YET);
  const reported = new Set();
  let journalId = null;
  let alarm = 0;

  function look() {
    clearTimeout(alarm);
    const state = live.view.value;
    const isBlind = state === null || isLost(live);
    const isOther = live.journalId.value !== journalId; // a restored database counts its calls anew
    journalId = live.journalId.value;
    if (isOther) reported.clear();
    const before = isOther || isBlind ? NOTHING_YET : untracked(() => memory.value);
    const calls = isBlind ? [] : standing(state.calls);
    memory.value = isBlind ? before : advanced(before, calls, now(state));
    if (memory.value.featured !== null) tellShown(memory.value.featured);
    const wakeMs = wakesAtMs(memory.value, calls);
    if (wakeMs !== null) alarm = setTimeout(look, Math.max(0, wakeMs - performance.now()));
  }

  function now({ announce_within_ms }) {
    return { steadyMs: performance.now(), hubMs: live.nowMs(), announceWithinMs: announce_within_ms };
  }

  /** A page that nobody can see shows nothing. */
  function tellShown(call) {
    if (reported.has(call) || document.visibilityState !== "visible") return;
    reported.add(call);
    if (reported.size > REPORTED_COUNT_MAX) reported.delete(reported.values().next().value);
    live.command("report_call", { call, what: "shown" });
  }

  effect(look);
  document.addEventListener("visibilitychange", look);
  return { memory };
}

/** Without those that were taken back. */
function standing(calls) {
  return calls.filter(({ voice }) => voice !== "withdrawn");
}

/** The call in the eye, and those that came before it, newest first; calls that wait for their turn are in neither. */
export function arranged({ featured, due }, calls) {
  const told = standing(calls).filter(({ call }) => !due.includes(call));
  const main = told.find(({ call }) => call === featured) ?? told[0] ?? null;
  return { main, isFeatured: main !== null && main.call === featured, earlier: told.filter((call) => call !== main) };
}
