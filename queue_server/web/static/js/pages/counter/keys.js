/* The keyboard: one letter, one action. Letters are shown on the buttons (acts.js). */

import { ACTS, ask, perform } from "./acts.js";
import { areLettersOn } from "./letters.js";
import { mainAction } from "./rules.js";

const TYPED_INTO = "input, textarea, select";

/** A key means what the counter's state makes of it: B pauses and resumes, O opens and takes over. */
export function listenToKeys(desk) {
  addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault(); // held, it would click the focused button again and again
    if (isNotForUs(event, desk)) return;
    if (event.key === "?") ask(desk, "help");
    else if (event.key.toLowerCase() === "w") ask(desk, "warnings");
    else {
      const action = actionOf(event.key.toUpperCase(), desk.situation.value);
      if (action === undefined) return;
      perform(desk, action);
    }
    event.preventDefault();
  });
}

/** A held key repeats itself; a browser's own shortcut, a dialog and a field have their own use for keys. */
function isNotForUs(event, desk) {
  const isShortcut = event.ctrlKey || event.metaKey || event.altKey;
  return event.repeat || isShortcut || !areLettersOn.value || desk.dialog.value !== null || event.target.closest?.(TYPED_INTO) != null;
}

function actionOf(key, situation) {
  const main = mainAction(situation);
  if (key === ACTS[main].key) return main;
  if (key === ACTS.pause.key) return "pause";
  return Object.keys(ACTS).find((name) => ACTS[name].key === key && name !== "take");
}
