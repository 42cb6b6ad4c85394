/* What the page shows in each state of the ticket. */

import { clockWithZone, minutesRange } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { language, named, t } from "../../lib/words.js";
import { RingButton } from "./ring.js";

const ICONS = {
  serving: "user",
  parked: "pause",
  no_show: "bell-ring",
  done: "check",
  cancelled: "x",
  unserved: "clock",
  lost: "wifi-off",
};

const SIGN = /^(.*\S)\s+(\S{1,4})$/; // "Loket 12": the part that differs from desk to desk is drawn largest

/** The number and what it is for. It never changes, so it stays even when the line is lost: the desk asks for it. */
export function Plate({ ticket, timezone }) {
  const clock = clockWithZone(ticket.issued_at_ms, timezone, language.value);
  return html`<div class="ticket-plate">
    <h1 class="label">${t("ticket.your_number")}</h1>
    <p class="number ticket-number" data-length=${Math.min(ticket.number.length, 6)}>${ticket.number}</p>
    <p class="ticket-service">${named(ticket.service_name)}</p>
    <p class="ticket-agency">${named(ticket.agency_name)}</p>
    <p class="ticket-taken">${t("ticket.taken_at", { clock })}</p>
  </div>`;
}

export function Waiting({ ticket, ring, timezone }) {
  return html`<${Plate} ticket=${ticket} timezone=${timezone} />
    ${ticket.ahead === 0 ? html`<p class="ticket-next">${t("ticket.you_are_next")}</p>` : html`<${Facts} ticket=${ticket} />`}
    <div class="ticket-keep">
      <${RingButton} ring=${ring} />
      <p class="ticket-hint">${t("ticket.keep_open")} ${t("ticket.watch_too")}</p>
    </div>`;
}

function Facts({ ticket }) {
  const { ahead, estimate } = ticket;
  return html`<dl class="ticket-facts">
    <div><dt>${t("ticket.ahead")}</dt><dd class="figures ticket-ahead">${ahead}</dd></div>
    <div>
      <dt>${t("ticket.estimate")}</dt>
      <dd class="figures">${estimate ? minutesRange(estimate) : html`<span class="ticket-thin">${t("ticket.estimate_none")}</span>`}</dd>
    </div>
  </dl>`;
}

export function Called({ ticket, timezone }) {
  const clock = clockWithZone(ticket.called_at_ms, timezone, language.value);
  return html`<div class="ticket-go">
      <p class="ticket-go-to">${t("ticket.go_to")}</p>
      <${CounterSign} name=${ticket.counter_name} />
      ${ticket.zone_name && html`<p class="ticket-zone">${named(ticket.zone_name)}</p>`}
    </div>
    <div class="ticket-plate">
      <h1 class="label">${t("ticket.your_number")}</h1>
      <p class="number ticket-number" data-length=${Math.min(ticket.number.length, 6)}>${ticket.number}</p>
      <p class="ticket-service">${named(ticket.service_name)}</p>
    </div>
    <p class="ticket-hint">${t("ticket.called_hint")}</p>
    <p class="ticket-taken">
      ${t("ticket.called_at", { clock })}${ticket.calls > 1 && html` · <strong>${t("ticket.called_times", { n: ticket.calls })}</strong>`}
    </p>`;
}

function CounterSign({ name }) {
  const parts = SIGN.exec(name);
  if (parts === null) return html`<p class="ticket-counter">${name}</p>`;
  return html`<p class="ticket-counter">${parts[1]} <span class="ticket-counter-mark figures">${parts[2]}</span></p>`;
}

/** States that are said in words: what happened, and what to do now. */
export function Told({ ticket, shown, timezone }) {
  return html`<${Plate} ticket=${ticket} timezone=${timezone} />
    <div class="ticket-told">
      <span class="ticket-told-mark">${icon(ICONS[shown] ?? "info")}</span>
      <h2>${t(`ticket.${shown}`)}</h2>
      ${shown === "serving" && html`<p class="ticket-told-counter">${ticket.counter_name}</p>`}
      <p>${t(`ticket.${shown}_hint`)}</p>
    </div>`;
}
