/* The frame of the pages at the hall's door (sign in, link, set up, missing): the mark, the hall's name, one card. */

import { boot } from "./boot.js";
import { html } from "./html.js";
import { LanguageSwitch } from "./parts.js";

const MARK = new URL("../../mark.svg", import.meta.url).pathname;

export function Door({ title, children }) {
  return html`<div class="page door">
    <header class="page-head spread">
      <span class="row door-hall"><img src=${MARK} alt="" width="36" height="36" />${boot.hall?.name}</span>
      <${LanguageSwitch} isShort=${true} />
    </header>
    <main class="page-main door-main">
      <div class="card door-card stack"><h1>${title}</h1>${children}</div>
    </main>
  </div>`;
}

/** A field with its label; `hint` stands under it. The error belongs to it when `isWrong`. */
export function Field({ id, label, hint, isWrong = false, ...input }) {
  return html`<div class="field">
    <label class="label" for=${id}>${label}</label>
    <input class="input" id=${id} name=${id} aria-invalid=${isWrong ? "true" : null} aria-describedby=${hint ? `${id}-hint` : null} ...${input} />
    ${hint && html`<p class="small quiet" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}
