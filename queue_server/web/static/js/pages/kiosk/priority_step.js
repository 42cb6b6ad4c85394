/* Priority, asked with dignity: the six groups of UU 25/2009, art. 29, and a promise of who will know.
 *
 * The choice is not named again on any later screen, because others stand behind the one who chose.
 */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";

const GROUPS = ["disabled", "elderly", "pregnant", "child", "natural_disaster", "social_disaster"];

export function PriorityStep({ visit }) {
  const chosen = visit.category.value;
  return html`
    <div class="step-head">
      <h1 tabindex="-1">${t("kiosk.priority.title")}</h1>
      <p class="lead">${t("kiosk.priority.lead")}</p>
    </div>
    <ul class="tiles tiles-priority">
      ${GROUPS.map((group) => html`<li key=${group}>
        <button type="button" class="tile" aria-pressed=${group === chosen ? "true" : "false"}
          onClick=${() => visit.chooseCategory(group)}><span class="tile-name">${t(`kiosk.priority.${group}`)}</span>
          ${group === chosen && icon("check")}</button></li>`)}
    </ul>
    ${chosen !== "regular" &&
    html`<button type="button" class="button button-quiet button-wide priority" onClick=${() => visit.chooseCategory("regular")}>
      ${t("kiosk.priority.none")}</button>`}
    <div class="note note-good kiosk-note">${icon("shield")}
      <p>${t("kiosk.priority.discreet")} <span class="law">${t("kiosk.priority.law")}.</span></p></div>`;
}
