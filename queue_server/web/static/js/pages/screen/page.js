/* The hall screen: the call being made, the calls before it, every counter, who waits where, the time, the notice.
 *
 * featured.js decides which call fills the eye, announcer.js what the zone's voice says; both are pure. This page is
 * also the voice of its zone unless it was opened muted.
 */

import { boot } from "../../lib/boot.js";
import { html, render, signal } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { connect } from "../../lib/live.js";
import { renewWhenOutdated } from "../../lib/renewal.js";
import { isLost, Strip } from "../../lib/strip.js";
import { ticking } from "../../lib/ticking.js";
import { keepAwake } from "../../lib/wake.js";
import { Board, rowsOf } from "./board.js";
import { Both } from "./both.js";
import { Cover } from "./cover.js";
import { Head } from "./head.js";
import { LastCalls } from "./last_calls.js";
import { MainCall, SpokenCall } from "./main_call.js";
import { RunningText } from "./running_text.js";
import { arranged, startShowing } from "./showing.js";
import { startVoice } from "./voice.js";
import { Waiting } from "./waiting.js";

const DENSE_ROWS = 10; // of counters and services together: upright, they then get the larger half

const live = connect({
  hall: boot.hall.id,
  hello: boot.hello,
  seq: boot.seq,
  journalId: boot.journal_id,
  state: boot.view,
  nowMs: boot.now_ms,
  kind: "device",
});
keepAwake(signal(false));

const isMuted = boot.page?.muted === true;
const showing = startShowing(live);
const voice = isMuted ? null : startVoice();
const nowMs = ticking(live);
renewWhenOutdated(live, () => live.view.value === null || !arranged(showing.memory.value, live.view.value.calls).isFeatured);

function Page() {
  const state = live.view.value;
  if (state === null) return html`<main class="screen-empty"><h1>${boot.hall.name}</h1></main>`;
  const timezone = state.hall.timezone;
  return html`<div class="screen">
    <${Strip} live=${live} timezone=${timezone} kind="citizen" />
    <${Head} state=${state} nowMs=${nowMs.value} isMuted=${isMuted} />
    ${isLost(live) ? html`<main class="screen-lost"><${Cover} /></main>` : html`<${Numbers} state=${state} />`}
    <${RunningText} notice=${state.notice} />
  </div>`;
}

function Numbers({ state }) {
  const { main, isFeatured, earlier } = arranged(showing.memory.value, state.calls);
  const isSounding = main !== null && voice?.sounding.value === main.call;
  const isDense = rowsOf(state.counters) + rowsOf(state.services) > DENSE_ROWS;
  return html`<main class=${isDense ? "screen-main screen-dense" : "screen-main"}>
    <section class=${isFeatured ? "calls calls-featured" : "calls"}>
      <${MainCall} call=${main} isFeatured=${isFeatured} isSounding=${isSounding} timezone=${state.hall.timezone} />
      ${earlier.length > 0 && html`<${LastCalls} calls=${earlier} />`}
      <${SpokenCall} call=${isFeatured ? main : null} />
    </section>
    <div class="standing">
      ${voice?.isBlocked.value && html`<${SoundPrompt} />`}
      <${Board} counters=${state.counters} called=${isFeatured ? main.counter : null} />
      <${Waiting} services=${state.services} />
    </div>
  </main>`;
}

/** The tap itself unlocks, wherever it falls; this only says so. */
function SoundPrompt() {
  return html`<button type="button" class="sound-prompt">${icon("volume-x")}<${Both} word="screen.tap_for_sound" isLong /></button>`;
}

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${Page} />`, root);
