/* The officer's page: his counter where the address names one, else the choice of counters. */

import { boot } from "../../lib/boot.js";
import { effect, html, render } from "../../lib/html.js";
import { renewWhenOutdated } from "../../lib/renewal.js";
import { t } from "../../lib/words.js";
import { Chooser } from "./chooser.js";
import { openDesk } from "./desk.js";
import { listenToKeys } from "./keys.js";
import { Workplace } from "./workplace.js";

const desk = openDesk();
const hasCounter = boot.hello.view === "counter";

/** The tab says whose turn it is, or how many wait, for an officer who works in another program beside it. */
function nameTheTab() {
  effect(() => {
    const { name, ticket, waiting_count: waiting } = desk.live.view.value;
    const news = ticket?.number ?? (waiting > 0 ? `(${waiting})` : "");
    document.title = `${desk.isLost.value || news === "" ? "" : `${news} · `}${name} · ${boot.hall.name}`;
  });
}

const root = document.getElementById("app");
root.replaceChildren();
render(hasCounter ? html`<${Workplace} desk=${desk} />` : html`<${Chooser} live=${desk.live} />`, root);
if (hasCounter) {
  nameTheTab();
  listenToKeys(desk);
} else {
  effect(() => (document.title = `${t("counter.choose")} · ${boot.hall.name}`));
}
renewWhenOutdated(desk.live, () => desk.dialog.value === null && desk.pending.value === null);
