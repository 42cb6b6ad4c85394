/* The kiosk: agency, service, what to bring, number. One citizen at a time, then back to the start by itself.
 *
 * The steps are drawn by a file each; visit.js knows the way between them, taker.js takes the ticket exactly once,
 * patience.js brings the page back to the start.
 */

import { boot } from "../../lib/boot.js";
import { effect, html, render, useLayoutEffect } from "../../lib/html.js";
import { connect } from "../../lib/live.js";
import { renewWhenOutdated } from "../../lib/renewal.js";
import { isLost, Strip } from "../../lib/strip.js";
import { language, speak } from "../../lib/words.js";
import { AgencyStep } from "./agency_step.js";
import { ConfirmStep } from "./confirm_step.js";
import { LostCover } from "./cover.js";
import { Foot, Head } from "./frame.js";
import { startPatience } from "./patience.js";
import { PriorityStep } from "./priority_step.js";
import { ResultStep } from "./result_step.js";
import { ServiceStep } from "./service_step.js";
import { ticketTaker } from "./taker.js";
import { startVisits } from "./visit.js";

const IDLE_MS = 30_000; // whoever reads slowly touches the screen once in a while; the next citizen is waiting
const RESULT_MS = 20_000; // long enough to read a number twice and take the paper

const STEPS = { agency: AgencyStep, service: ServiceStep, confirm: ConfirmStep, priority: PriorityStep, result: ResultStep };

const live = connect({
  hall: boot.hall.id,
  hello: boot.hello,
  seq: boot.seq,
  journalId: boot.journal_id,
  state: boot.view,
  nowMs: boot.now_ms,
  kind: "device",
});

const taker = ticketTaker(live);
const visit = startVisits({ live, taker });
const patience = startPatience({ onEnd: startAgain });
renewWhenOutdated(live, () => visit.step.value === "agency");

/** The next citizen finds the start in the hall's own language. */
function startAgain() {
  visit.leave();
  taker.forgetCancelled();
  speak(boot.languages[0]);
}

effect(() => {
  const step = visit.step.value;
  const isBusy = visit.isTaking.value;
  language.value; // whoever chooses a language is there
  visit.paperNews.value; // whoever is told that no paper comes has something new to read
  taker.cancelledNumber.value; // and so has whoever hears that his number is void
  patience.wait(isBusy ? null : step === "result" ? RESULT_MS : IDLE_MS);
});

function Page() {
  const state = live.view.value;
  const step = visit.step.value;
  // In the same moment as the step is drawn: a later one would take the focus from a key that was pressed meanwhile.
  useLayoutEffect(() => document.querySelector("h1")?.focus({ preventScroll: true }), [step]);
  if (state === null) return null;
  // A number that was just issued is the citizen's own: it stays until its time is over, whatever the line does.
  if (isLost(live) && step !== "result") return html`<${LostCover} live=${live} timezone=${state.hall.timezone} />`;
  const context = { live, state, visit, taker, patience };
  return html`<div class=${`page page-fixed kiosk kiosk-${step}`}>
    <${Strip} live=${live} timezone=${state.hall.timezone} kind="citizen" />
    <${Head} name=${state.hall.name} />
    <main class="page-main kiosk-main"><${STEPS[step]} ...${context} /></main>
    <${Foot} ...${context} />
  </div>`;
}

document.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch is no right click
document.addEventListener("keydown", (event) => event.key === "Escape" && visit.back());

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${Page} />`, root);
