/* A press becomes a command: one at a time, with what the officer saw, and never twice by a trembling finger.
 *
 * The hub refuses what was pressed before an old picture (`sees`). This page adds two things: nothing is sent while a
 * command is under way or its new picture has not come, and the same key within a moment counts as one press.
 */

import { effect, signal } from "../../lib/html.js";
import { hasWord } from "../../lib/words.js";

const SAME_PRESS_MS = 700; // a double press, wanted or not, lies within it; two citizens never do
const PICTURE_WITHIN_MS = 1_000; // some commands change nothing that this page shows: then no view comes

/** {pending: signal of null or the action's id, press(action, command, args) -> Promise of the outcome or null} */
export function presses(live, say) {
  const pending = signal(null);
  let last = { action: null, atMs: -Infinity };

  /** Null: not sent. The caller names the words for a success; a refusal is told here. */
  async function press(action, command, args) {
    const atMs = performance.now();
    const isSame = last.action === action && atMs - last.atMs < SAME_PRESS_MS;
    if (pending.value !== null || isSame) return null;
    last = { action, atMs };
    pending.value = action;
    const outcome = await live.command(command, args);
    if (!outcome.accepted) tellRefusal(outcome, say);
    else await pictureOf(live, outcome.seq);
    pending.value = null;
    return outcome;
  }

  return { pending, press };
}

/** COUNTER_TAKEN is a question and asked in a dialog; a stale view is no fault of the officer's. */
function tellRefusal({ code }, say) {
  if (code === "COUNTER_TAKEN") return;
  const key = `counter.refused.${code}`;
  say(code === "STALE_VIEW" ? "warn" : "danger", hasWord(key) ? key : "counter.refused.other", { code });
}

/** Until the picture is as new as the outcome; whoever sees it may press again. */
async function pictureOf(live, seq) {
  let tidy;
  await new Promise((resolve) => {
    const alarm = setTimeout(resolve, PICTURE_WITHIN_MS);
    const stop = effect(() => live.seq.value >= seq && resolve());
    tidy = () => {
      clearTimeout(alarm);
      stop();
    };
  });
  tidy();
}
