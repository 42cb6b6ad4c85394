/* The hall manager's board: who waits too long now, every counter, every device, and what is not well.
 *
 * waits.js judges the lines and troubles.js puts what failed in order; both are pure. The two commands of this page
 * go through settle.js: saying that the hub's clock is right, and that calls go on after a restore.
 */

import { boot } from "../../lib/boot.js";
import { effect, html, render } from "../../lib/html.js";
import { connect } from "../../lib/live.js";
import { renewWhenOutdated } from "../../lib/renewal.js";
import { isLost, Strip } from "../../lib/strip.js";
import { ticking } from "../../lib/ticking.js";
import { t } from "../../lib/words.js";
import { Counters } from "./counters.js";
import { Cover } from "./cover.js";
import { Devices } from "./devices.js";
import { Head } from "./head.js";
import { Lines } from "./lines.js";
import { RestoreDialog } from "./restore_dialog.js";
import { startSettling } from "./settle.js";
import { SettleDialog } from "./settle_dialog.js";
import { Troubles } from "./trouble_list.js";
import { judged } from "./waits.js";
import { Worst } from "./worst.js";

const live = connect({
  hall: boot.hall.id,
  hello: boot.hello,
  seq: boot.seq,
  journalId: boot.journal_id,
  state: boot.view,
  nowMs: boot.now_ms,
  kind: "device",
});
renewWhenOutdated(live, () => document.querySelector("dialog[open]") === null);

const nowMs = ticking(live);
const settling = startSettling(live, "settle_clock", "manager.settle");
const restoring = startSettling(live, "confirm_restore", "manager.restore");

function Page() {
  const state = live.view.value;
  if (state === null) return html`<main class="board-empty"><h1>${boot.hall.name}</h1></main>`;
  const isHidden = isLost(live);
  return html`<div class="page board">
    <${Strip} live=${live} timezone=${state.hall.timezone} kind="staff" />
    <${Head} state=${state} nowMs=${nowMs.value} isHidden=${isHidden} />
    ${isHidden ? html`<${Cover} isStopped=${live.phase.value === "stopped"} />` : html`<${Now} state=${state} />`}
    <${SettleDialog} settling=${settling} live=${live} timezone=${state.hall.timezone} nowMs=${nowMs.value} />
    <${RestoreDialog} restoring=${restoring} live=${live} />
  </div>`;
}

/** What stands in the hall at this moment. */
function Now({ state }) {
  const rows = judged(state.services, nowMs.value);
  return html`<main class="board-main">
    <${Worst} rows=${rows} state=${state} />
    <${Lines} rows=${rows} agencies=${state.agencies} />
    <${Counters} state=${state} nowMs=${nowMs.value} />
    <div class="board-side">
      <${Troubles} state=${state} nowMs=${nowMs.value} asks=${{ clock_in_doubt: settling.ask, restore_unconfirmed: restoring.ask }} />
      <${Devices} state=${state} nowMs=${nowMs.value} />
    </div>
  </main>`;
}

/** The tab says how many lines wait too long, for a manager who works in another program beside it. */
function nameTheTab() {
  effect(() => {
    const services = live.view.value?.services ?? [];
    const count = isLost(live) ? 0 : judged(services, nowMs.value).filter(({ level }) => level === "late").length;
    const title = `${count > 0 ? `(${count}) ` : ""}${t("manager.title")} · ${boot.hall.name}`;
    if (document.title !== title) document.title = title;
  });
}

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${Page} />`, root);
nameTheTab();
