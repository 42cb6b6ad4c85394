/* A button of an action, with its key on it. One that may not be pressed now says why, and stays in its place. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Key } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { ACTS, perform } from "./acts.js";
import { hindrance } from "./rules.js";

/** `kind` is the button's class; with `children` other words than the action's own. */
export function ActButton({ desk, action, kind = "button-quiet", children }) {
  const why = whyNot(desk, action);
  const { key, icon: picture } = ACTS[action];
  return html`<button type="button" class=${`button act ${kind}`} aria-disabled=${why === null ? null : "true"} aria-keyshortcuts=${key}
    title=${why === null ? null : t(`counter.why.${why}`)} onMouseDown=${keepFocus} onClick=${() => perform(desk, action)}>
    ${icon(picture)}<span class="act-words">${children ?? t(`counter.act.${action}`)}</span><${Key}>${key}<//>
  </button>`;
}

/** While a command is under way, which is a moment, nothing flickers. */
export function whyNot(desk, action) {
  const why = hindrance(action === "take" ? "open" : action, desk.situation.value);
  return why === "idle_line" ? null : why;
}

/** A mouse leaves the focus where it was: else the space bar, which an elbow finds, would press the button once more. */
export function keepFocus(event) {
  event.preventDefault();
}
