/* One agency's services, each with its line; what is closed or full says so and cannot be chosen. */

import { minutesRange } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { language, named, t } from "../../lib/words.js";
import { availability, nameParts, opensWords, servicesOf, waitingWords } from "./line.js";

export function ServiceStep({ live, state, visit }) {
  const agency = visit.agency.value;
  const [name, gloss] = nameParts(named(agency.name));
  const place = state.agencies.indexOf(agency) + 1;
  return html`
    <div class="step-head">
      <h1 tabindex="-1"><span class=${`agency-mark agency-${place}`}></span>${name}${gloss && html` <span class="gloss">${gloss}</span>`}</h1>
      <p class="lead">${t("kiosk.service.lead")}</p>
    </div>
    <ul class="tiles tiles-service">
      ${servicesOf(state, agency.id).map((service) => html`<li key=${service.id}>
        <${ServiceTile} service=${service} nowMs=${live.nowMs()} timezone=${state.hall.timezone}
          onChoose=${() => visit.chooseService(service.id)} /></li>`)}
    </ul>`;
}

function ServiceTile({ service, nowMs, timezone, onChoose }) {
  const state = availability(service);
  const name = html`<span class="tile-name">${named(service.name)}</span>`;
  if (state === "open") {
    return html`<button type="button" class="tile tile-row" onClick=${onChoose}>
      <span class="tile-body">${name}<${LineHint} service=${service} /></span>${icon("chevron-right")}</button>`;
  }
  const [word, hint] =
    state === "full"
      ? [t("kiosk.full"), t("kiosk.full.hint")]
      : [t("kiosk.closed"), opensWords(service.opens_at_ms, nowMs, timezone, language.value)];
  return html`<div class="tile tile-row tile-off"><span class="tile-body">${name}
      <span class="tile-hint figures">${hint}</span></span>
    <span class=${`chip ${state === "full" ? "chip-warn" : ""}`}>${word}</span></div>`;
}

function LineHint({ service }) {
  const { waiting, estimate } = service;
  return html`<span class="tile-hint figures">${icon("users")}<span>${waitingWords(waiting)}${
    estimate && html`<span class="quiet"> · ${t("kiosk.line.estimate", { range: minutesRange(estimate) })}</span>`
  }</span></span>`;
}
