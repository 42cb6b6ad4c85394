/* A choice by one key: the options carry the digits 1 to 9, arrows and Enter do as well, Escape leaves. */

import { html, useLayoutEffect, useRef } from "../../lib/html.js";
import { Key } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { moveFocus } from "./arrows.js";

/** `options`: [{id, words, hint}], at most 9. */
export function Choices({ options, onChoose, onCancel }) {
  const listen = (event) => {
    const option = digitOf(event) && options[digitOf(event) - 1];
    if (!option) {
      moveFocus(event, "button");
      return;
    }
    event.preventDefault();
    onChoose(option.id);
  };
  const ref = useRef(null);
  useLayoutEffect(() => ref.current.querySelector("button").focus(), []); // a second step of a dialog takes the focus over
  return html`<div class="choices" ref=${ref} onKeyDown=${listen}>
    <ul>${options.map(({ id, words, hint }, place) => html`<li key=${id}>
      <button type="button" class="choice" autofocus=${place === 0} aria-keyshortcuts=${place + 1} onClick=${() => onChoose(id)}>
        <${Key}>${place + 1}<//><span class="choice-words">${words}${hint && html`<span class="quiet small choice-hint">${hint}</span>`}</span>
      </button></li>`)}</ul>
    <${Leave} onLeave=${onCancel} words=${t("common.cancel")} />
  </div>`;
}

/** The last line of a dialog: the way out, and its key. */
export function Leave({ onLeave, words }) {
  return html`<div class="actions"><button type="button" class="button button-quiet" autofocus onClick=${onLeave}>${words}<${Key}>Esc<//></button></div>`;
}

/** 1 to 9, or 0: another key, a held one, or a browser's own shortcut. */
function digitOf({ key, repeat, ctrlKey, metaKey, altKey }) {
  return repeat || ctrlKey || metaKey || altKey || !/^[1-9]$/.test(key) ? 0 : Number(key);
}
