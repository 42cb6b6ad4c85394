/* The citizen's own page: his number, who is ahead, then where to go. No account, no installation, no promise. */

import { boot } from "../../lib/boot.js";
import { effect, html, render, untracked } from "../../lib/html.js";
import { connect } from "../../lib/live.js";
import { LanguageSwitch } from "../../lib/parts.js";
import { renewWhenForeign } from "../../lib/renewal.js";
import { Strip, isLost } from "../../lib/strip.js";
import { language, t } from "../../lib/words.js";
import { Announcement } from "./announcement.js";
import { CancelButton } from "./cancel.js";
import { bell } from "./ring.js";
import { Called, Plate, Told, Waiting } from "./states.js";

const CANCELLABLE = new Set(["waiting", "parked", "no_show"]);
const LIVELY = new Set(["waiting", "called"]);

const live = connect({
  hall: boot.hall.id,
  hello: boot.hello,
  seq: boot.seq,
  journalId: boot.journal_id,
  state: boot.view,
  nowMs: boot.now_ms,
  kind: "phone",
});
const ring = bell();
const timezone = boot.hall.timezone;

/** What to draw for a state while the line to the hub holds; every other state is told in words. */
const PICTURES = { waiting: Waiting, called: Called };

function Page() {
  const ticket = live.view.value;
  const lost = isLost(live) && LIVELY.has(ticket.state);
  const shown = lost ? "lost" : ticket.state;
  const Picture = PICTURES[shown] ?? Told;
  return html`<div class=${`page ticket ticket-${shown}`}>
    <${Strip} live=${live} timezone=${timezone} />
    <header class="ticket-head"><span class="ticket-hall">${boot.hall.name}</span><${LanguageSwitch} isShort=${true} /></header>
    <main class="ticket-main">
      <${Picture} ticket=${ticket} shown=${shown} ring=${ring} timezone=${timezone} />
      ${CANCELLABLE.has(shown) && html`<${CancelButton} ticket=${ticket} live=${live} />`}
    </main>
    <${Announcement} ticket=${ticket} isLost=${lost} />
  </div>`;
}

/** A call rings once, a recall again; what was called before the page came does not ring. */
function ringWhenCalled() {
  let heardCalls = boot.view.calls;
  effect(() => {
    const { state, calls } = live.view.value;
    if (state === "called" && calls > heardCalls) ring.start();
    if (state !== "called") untracked(ring.stop);
    heardCalls = calls;
  });
}

/** The tab's title and the browser's own bars say it too. */
function dressTheBrowser() {
  const bars = document.querySelector('meta[name="theme-color"]');
  effect(() => {
    const { number, state, counter_name } = live.view.value;
    const isCalled = state === "called" && !isLost(live);
    document.title = isCalled ? `${counter_name} · ${number}` : `${number} · ${boot.hall.name}`;
    bars.content = isCalled ? "#08463a" : "#fbf9f5";
    document.documentElement.lang = language.value;
  });
}

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${Page} />`, root);
ringWhenCalled();
dressTheBrowser();
renewWhenForeign(live);
