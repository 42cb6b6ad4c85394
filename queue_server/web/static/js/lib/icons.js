/* Pictures beside words, never instead of them: icon("bell") draws one of vendor/icons.svg, hidden from readers. */

import { html } from "./html.js";

const SPRITE = new URL("../../vendor/icons.svg", import.meta.url).pathname;

export function icon(name) {
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href=${`${SPRITE}#${name}`} /></svg>`;
}
