/* The ticket in hand: number, service, how it stands, how long it waited and takes, what became of its call. */

import { clockWithSeconds, duration } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { language, named, t } from "../../lib/words.js";
import { screensReport, voiceReport } from "./call_report.js";
import { isMine } from "./rules.js";

export function TicketInHand({ desk }) {
  const { ticket, last_call: call } = desk.live.view.value;
  return html`
    <div class="ticket-top">
      <div class="ticket-number">
        <${State} ticket=${ticket} />
        <p class=${`number in-hand-number in-hand-number-${Math.min(ticket.number.length, 6)}`}>${ticket.number}</p>
      </div>
      <${Times} ticket=${ticket} nowMs=${desk.nowMs} />
    </div>
    <div class="ticket-service">
      <h2>${named(ticket.service_name)}</h2>
      <p class="quiet">${named(ticket.agency_name)}</p>
      ${ticket.category !== "regular" && isMine(desk.situation.value) && html`<${Category} category=${ticket.category} />`}
    </div>
    ${call?.number === ticket.number && html`<${Reports} desk=${desk} call=${call} />`}`;
}

function State({ ticket }) {
  const isServing = ticket.state === "serving";
  return html`<p class="ticket-state">
    <span class=${`chip ${isServing ? "chip-good" : "chip-warn"}`}>${icon(isServing ? "user" : "megaphone")}${t(`counter.ticket.${ticket.state}`)}</span>
    ${ticket.calls > 1 && html`<span class="quiet small">${t("counter.calls", { n: ticket.calls })}</span>`}
  </p>`;
}

/** Waiting ends with the call; then runs the way to the counter, and from "start" on the service itself. */
function Times({ ticket, nowMs }) {
  const { issued_at_ms: issuedAtMs, called_at_ms: calledAtMs, started_at_ms: startedAtMs } = ticket;
  const isServing = ticket.state === "serving";
  return html`<dl class="times figures">
    <div><dt>${t("counter.time.waited")}</dt><dd>${duration(calledAtMs - issuedAtMs)}</dd></div>
    <div class="time-running"><dt>${t(isServing ? "counter.time.serving" : "counter.time.called")}</dt>
      <dd>${duration(nowMs.value - (isServing ? startedAtMs : calledAtMs))}</dd></div>
  </dl>`;
}

function Category({ category }) {
  return html`<p class="chip chip-accent">${icon("heart-handshake")}${t("counter.category", { category: t(`counter.category.${category}`) })}</p>`;
}

/** While no news comes, time does not speak against the screens: nothing is called amiss that was merely not heard of. */
function Reports({ desk, call }) {
  const { live } = desk;
  const nowMs = live.phase.value === "live" ? desk.nowMs.value : (live.lastNewsAtMs.value ?? desk.nowMs.value);
  return html`<ul class="reports">
    <${Report} desk=${desk} picture="monitor" report=${screensReport(call, nowMs)} />
    <${Report} desk=${desk} picture="volume-2" report=${voiceReport(call, nowMs)} />
  </ul>`;
}

const MARKS = { good: "check", warn: "triangle-alert", danger: "circle-alert" };

function Report({ desk, picture, report: { tone, key, params } }) {
  const { timezone } = desk.live.view.value.hall;
  const clock = params.atMs == null ? "" : clockWithSeconds(params.atMs, timezone, language.value);
  return html`<li class=${`report report-${tone}`}>${icon(picture)}<span>${t(key, { ...params, clock })}</span>${tone in MARKS && icon(MARKS[tone])}</li>`;
}
