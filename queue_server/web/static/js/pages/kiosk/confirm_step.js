/* What to bring, and the one large button. The citizen sees what the line is like before he takes a number. */

import { minutesRange } from "../../lib/format.js";
import { html, useEffect, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { language, named, t } from "../../lib/words.js";
import { availability } from "./line.js";
import { CancelledNote, PrinterNote, RefusedNote } from "./notes.js";

const SLOW_AFTER_MS = 3_000; // until then an honest "taking" is enough
const UNAVAILABLE = { closed: "SERVICE_CLOSED", full: "LINE_FULL" };
const NOT_FOR_NOW = new Set(["SERVICE_CLOSED", "LINE_FULL", "UNKNOWN_SERVICE"]);

export function ConfirmStep({ live, state, visit, taker }) {
  const service = visit.service.value;
  const code = UNAVAILABLE[availability(service)] ?? visit.refusal.value;
  const agency = state.agencies.find((one) => one.id === service.agency);
  return html`
    <div class="step-head">
      <p class="lead">${named(agency?.name)}</p>
      <h1 tabindex="-1">${named(service.name)}</h1>
    </div>
    <div class="confirm">
      <${Requirements} lines=${service.requirements[language.value] ?? []} />
      <div class="confirm-side">
        <${LineFacts} service=${service} />
        <${Notes} code=${code} live=${live} printer=${state.printer} taker=${taker} />
        <${Actions} live=${live} visit=${visit} taker=${taker} code=${code} />
      </div>
    </div>`;
}

function Requirements({ lines }) {
  return html`<section class="card bring">
    <h2>${t("kiosk.confirm.bring")}</h2>
    ${lines.length === 0 && html`<p>${t("kiosk.confirm.bring_nothing")}</p>`}
    <ul>${lines.map((line) => html`<li key=${line}>${line}</li>`)}</ul>
  </section>`;
}

function LineFacts({ service: { waiting, estimate } }) {
  const people = waiting === 0 ? t("kiosk.confirm.nobody") : t("kiosk.confirm.people", { n: waiting });
  return html`<dl class="facts figures">
    <div><dt>${t("kiosk.confirm.waiting")}</dt><dd>${people}</dd></div>
    ${estimate && html`<div><dt>${t("kiosk.confirm.estimate")}</dt><dd>${minutesRange(estimate)}</dd></div>`}
  </dl>`;
}

/** The most pressing thing alone: two notes at once are none. While late nobody needs to hear of paper yet. */
function Notes({ code, live, printer, taker }) {
  if (taker.cancelledNumber.value !== null) return html`<${CancelledNote} taker=${taker} />`;
  if (code !== null) return html`<${RefusedNote} code=${code} />`;
  return live.phase.value === "late" ? null : html`<${PrinterNote} printer=${printer} />`;
}

function Actions({ live, visit, taker, code }) {
  const isPrioritised = visit.category.value !== "regular";
  if (NOT_FOR_NOW.has(code)) {
    return html`<button type="button" class="button button-large button-wide take" onClick=${visit.back}>${t("kiosk.confirm.other")}</button>`;
  }
  return html`
    <${TakeButton} live=${live} visit=${visit} taker=${taker} code=${code} />
    <button type="button" class=${`button button-quiet button-wide priority ${isPrioritised ? "priority-chosen" : ""}`}
      disabled=${visit.isTaking.value} onClick=${visit.askPriority}>
      ${isPrioritised
        ? html`${icon("check")}<span>${t("kiosk.confirm.priority_chosen")}</span><span class="change">${t("kiosk.confirm.priority_change")}</span>`
        : t("kiosk.confirm.priority")}
    </button>`;
}

/** Disabled from the tap until the outcome, and while the line to the hub is not sure. */
function TakeButton({ live, visit, taker, code }) {
  const isTaking = visit.isTaking.value;
  const isReady = live.phase.value === "live" && !isTaking && !taker.isPending.value;
  const isSlow = useSlowness(isTaking);
  const words = isTaking ? "kiosk.confirm.taking" : isWaiting(live, taker) ? "kiosk.confirm.late" : offer(code);
  return html`<div class="take-place">
    <button type="button" class="button button-wide take" disabled=${!isReady} onClick=${visit.take}>
      ${!isTaking && isReady && icon("ticket")}${t(words)}</button>
    <p class="take-slow" role="status">${isTaking && isSlow ? t("kiosk.confirm.slow") : ""}</p>
  </div>`;
}

const isWaiting = (live, taker) => live.phase.value === "late" || taker.isPending.value;

const offer = (code) => (code === null ? "kiosk.confirm.take" : "kiosk.confirm.again");

function useSlowness(isTaking) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!isTaking) return undefined;
    const alarm = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(alarm);
  }, [isTaking]);
  return isSlow;
}
