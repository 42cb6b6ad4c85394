/* Who was here before: parked and missed tickets. Each opens the choice of calling it now or letting it wait again. */

import { minutes } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Key } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { ActButton } from "./act_button.js";
import { ACTS, ask } from "./acts.js";
import { moveFocus } from "./arrows.js";
import { serviceName } from "./next_in_line.js";

export function Held({ desk }) {
  const { parked, missed } = desk.live.view.value;
  const isEmpty = parked.length + missed.length === 0;
  return html`<section class="card side-card held-card" aria-labelledby="held-title">
    <h2 id="held-title" class="side-title">${t("counter.held")}${!isEmpty && html`<${Key}>${ACTS.held.key}<//>`}</h2>
    <div class="counter-held scroll" onKeyDown=${(event) => moveFocus(event, "button")}>
      ${desk.isLost.value ? null : isEmpty ? html`<p class="quiet">${t("counter.held.none")}</p>` : html`
        <${Group} desk=${desk} name="parked" tickets=${parked} picture="armchair" />
        <${Group} desk=${desk} name="no_show" tickets=${missed} picture="circle-x" />`}
    </div>
    <${ActButton} desk=${desk} action="find" kind="button-quiet button-wide" />
  </section>`;
}

function Group({ desk, name, tickets, picture }) {
  if (tickets.length === 0) return null;
  return html`<h3 class="held-group label">${icon(picture)}${t(`counter.held.${name}`)}<span class="figures">${tickets.length}</span></h3>
    <ul>${tickets.map((ticket) => html`<${Row} key=${ticket.id} desk=${desk} ticket=${ticket} state=${name} />`)}</ul>`;
}

function Row({ desk, ticket, state }) {
  const since = t("common.minutes", { n: minutes(desk.nowMs.value - ticket.since_at_ms) });
  return html`<li><button type="button" class="held-row" onClick=${() => ask(desk, "held", { ticket: { ...ticket, state } })}>
    <span class="number number-s">${ticket.number}</span>
    <span class="held-name">${serviceName(desk.live.view.value, ticket.service)}</span>
    <span class="quiet figures">${since}</span>
  </button></li>`;
}
