/* Officer, manager or administrator, each with what it may do. */

import { html } from "../../lib/html.js";
import { t } from "../../lib/words.js";

const ROLES = ["officer", "manager", "admin"]; // in rising order: each may do what the one before may

/** `isFixed`: nobody takes his own role away; another administrator may. */
export function RoleChoice({ role, isFixed, onChoose }) {
  return html`<fieldset class="choice">
    <legend class="label">${t("accounts.role")}</legend>
    ${ROLES.map((one) => html`<label class="choice-row" key=${one}>
      <input type="radio" class="tick" name="role" value=${one} checked=${one === role} disabled=${isFixed && one !== role} onChange=${() => onChoose(one)} />
      <span><strong>${t(`accounts.role.${one}`)}</strong>${" "}<span class="small quiet">${t(`accounts.role.${one}_text`)}</span></span>
    </label>`)}
    ${isFixed && html`<p class="small quiet">${t("accounts.role.own")}</p>`}
  </fieldset>`;
}
