/* Instead of figures that may be wrong: what is safe, and what to do. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";

export function Cover({ isStopped }) {
  const kind = isStopped ? "stopped" : "lost";
  return html`<main class="board-cover">
    ${icon(isStopped ? "circle-alert" : "wifi-off")}
    <h2>${t(`manager.${kind}.title`)}</h2>
    <p>${t(`manager.${kind}.text`)}</p>
    ${isStopped && html`<a class="button" href=${location.href}>${icon("refresh-cw")}${t("manager.stopped.again")}</a>`}
  </main>`;
}
