/* What stands around every step: the hall's name and the languages above, the way back and quiet words below. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { LanguageSwitch } from "../../lib/parts.js";
import { t } from "../../lib/words.js";

const WARN_WITHIN_S = 10; // of an idle visit; a number on show counts from its beginning

export function Head({ name }) {
  return html`<header class="page-head kiosk-head"><p class="hall-name">${name}</p><${LanguageSwitch} /></header>`;
}

export function Foot({ state, visit, patience }) {
  const step = visit.step.value;
  const staffNote = state.clock_in_doubt && html`<p class="staff-note">${icon("clock")}${t("kiosk.staff.clock")}</p>`;
  if (step === "agency") return staffNote ? html`<footer class="kiosk-foot">${staffNote}</footer>` : null;
  return html`<footer class="kiosk-foot">
    ${step !== "result" &&
    html`<button type="button" class="button button-quiet foot-button" disabled=${visit.isTaking.value}
      onClick=${visit.back}>${icon("arrow-left")}${t("common.back")}</button>`}
    ${step === "result" &&
    html`<button type="button" class="button foot-button foot-done" onClick=${visit.leave}>${t("kiosk.result.done")}</button>`}
    ${staffNote}
    <${Quiet} patience=${patience} step=${step} />
  </footer>`;
}

function Quiet({ patience, step }) {
  const seconds = patience.secondsLeft.value;
  if (seconds === null || (step !== "result" && seconds > WARN_WITHIN_S)) return null;
  return html`<p class="quiet figures foot-quiet">${t("kiosk.quiet", { n: seconds })}
    ${step !== "result" && html` <strong>${t("kiosk.quiet.touch")}</strong>`}</p>`;
}
