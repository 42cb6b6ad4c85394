/* What went wrong, in words, with the way on where there is one. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { hasWord, t } from "../../lib/words.js";

/** Announced as soon as there is a code; null: nothing is wrong. */
export function Trouble({ code }) {
  return html`<div role="alert" class="accounts-trouble">
    ${code !== null && html`<p class="note note-danger">${icon("circle-alert")}<span>${said(code)}
      ${code === "UNAUTHENTICATED" && html` <a href="/sign-in?next=/devices">${t("devices.sign_in")}</a>`}</span></p>`}
  </div>`;
}

function said(code) {
  const key = `devices.refused.${code}`;
  return t(hasWord(key) ? key : "devices.refused.other");
}
