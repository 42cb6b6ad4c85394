/* The number: as large as the screen allows, with the line before it, the paper, and the way to the phone. */

import { minutesRange } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { named, t } from "../../lib/words.js";
import { Paper, paperOf } from "./paper.js";
import { QrCode } from "./qr.js";

export function ResultStep({ state, visit }) {
  const ticket = visit.ticket.value;
  return html`
    <div class="result">
      <section class="card card-accent result-number">
        <h1 tabindex="-1">${t("kiosk.result.title")}</h1>
        <p class=${`number big big-${ticket.number.length}`}>${ticket.number}</p>
        <p class="result-service">${named(ticket.service_name)}</p>
      </section>
      <div class="result-side">
        <${Paper} paper=${paperOf(state, ticket)} />
        <${Ahead} ticket=${ticket} />
        <p class="result-how">${t("kiosk.result.called")}</p>
        ${state.public_url && html`<${Phone} state=${state} ticket=${ticket} />`}
      </div>
    </div>`;
}

function Ahead({ ticket: { ahead, estimate } }) {
  if (ahead === null && !estimate) return null;
  return html`<dl class="facts figures">
    ${ahead === 0 && html`<div class="facts-next"><dt class="only-spoken">${t("kiosk.result.ahead")}</dt><dd>${t("kiosk.result.next")}</dd></div>`}
    ${ahead > 0 && html`<div><dt>${t("kiosk.result.ahead")}</dt><dd>${ahead}</dd></div>`}
    ${estimate && html`<div><dt>${t("kiosk.result.estimate")}</dt><dd>${minutesRange(estimate)}</dd></div>`}
  </dl>`;
}

function Phone({ state, ticket }) {
  const address = `${state.public_url}/t/${ticket.id}`;
  return html`<section class="phone">
    <${QrCode} text=${address} label=${t("kiosk.result.qr_label", { number: ticket.number })} />
    <div><h2>${t("kiosk.result.qr")}</h2><p>${t("kiosk.result.qr_hint")}</p>
      ${state.wifi && html`<p class="quiet">${t("kiosk.result.wifi", { wifi: state.wifi })}</p>`}</div>
  </section>`;
}
