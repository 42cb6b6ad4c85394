/* A long list to choose from: type a part of the name, Enter takes the first, arrows and Enter any. */

import { html, useState } from "../../lib/html.js";
import { t } from "../../lib/words.js";
import { moveFocus } from "./arrows.js";

/** `options`: [{id, words, hint, more}], `more` is a chip's words or empty. `onPick(option)`. */
export function Picker({ label, options, onPick }) {
  const [typed, setTyped] = useState("");
  const found = options.filter((option) => matches(option, typed));
  const takeFirst = (event) => {
    event.preventDefault();
    if (found.length > 0 && typed.trim() !== "") onPick(found[0]);
  };
  return html`<form class="picker" onSubmit=${takeFirst} onKeyDown=${(event) => moveFocus(event, ".choice")}>
    <label class="label" for="picker">${label}</label>
    <input class="input" id="picker" autocomplete="off" spellcheck=${false} maxlength="60" autofocus value=${typed} onInput=${(event) => setTyped(event.target.value)} />
    <ul class="scroll picker-list">
      ${found.map((option) => html`<li key=${option.id}><button type="button" class="choice" onClick=${() => onPick(option)}>
        <span class="choice-words">${option.words}<span class="quiet small choice-hint">${option.hint}</span></span>
        ${option.more && html`<span class="chip">${option.more}</span>`}
      </button></li>`)}
    </ul>
    <p class="small quiet" role="status">${t(resultKey(found, typed), { n: found.length })}</p>
  </form>`;
}

function resultKey(found, typed) {
  if (found.length === 0) return "counter.picker.none";
  return typed.trim() === "" ? "counter.picker.type" : "counter.picker.found";
}

/** Every word that was typed is somewhere in the name or beside it. */
export function matches({ words, hint }, typed) {
  const text = `${words} ${hint}`.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((part) => text.includes(part));
}
