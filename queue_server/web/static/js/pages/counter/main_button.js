/* The one large button: calls the next; where that cannot be, opens, takes over or resumes the counter. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Key } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { keepFocus, whyNot } from "./act_button.js";
import { ACTS, perform } from "./acts.js";
import { mainAction } from "./rules.js";

export function MainButton({ desk }) {
  const action = mainAction(desk.situation.value);
  const why = whyNot(desk, action);
  const { key, icon: picture } = ACTS[action];
  return html`<button type="button" class=${`button main-button ${action === "take" ? "button-quiet" : ""}`} aria-disabled=${why === null ? null : "true"} aria-keyshortcuts=${key}
    title=${why === null ? null : t(`counter.why.${why}`)} onMouseDown=${keepFocus} onClick=${() => perform(desk, action)}>
    ${icon(picture)}<span class="main-words">${t(`counter.act.${action}`)}</span>
    ${action === "next" && !desk.isLost.value && html`<span class="main-count figures">${waiting(desk.live.view.value)}</span>`}
    <${Key}>${key}<//>
  </button>`;
}

function waiting({ waiting_count: n }) {
  return n === 0 ? t("counter.line.nobody") : t("counter.line.waiting", { n });
}
