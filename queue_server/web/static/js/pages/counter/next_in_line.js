/* Who comes next: service and waiting time, and nothing else, so that nobody picks whom he serves. */

import { minutes } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { named, t } from "../../lib/words.js";

export function NextInLine({ desk }) {
  const { waiting, waiting_count: count, services } = desk.live.view.value;
  if (desk.isLost.value) return html`<section class="card side-card line-card"><h2>${t("counter.line")}</h2></section>`;
  return html`<section class="card side-card line-card" aria-labelledby="line-title">
    <h2 id="line-title" class="side-title">${t("counter.line")}<span class="side-count figures">${count}</span></h2>
    ${count > 0 && html`<${ByLetter} services=${services} />`}
    ${count === 0
      ? html`<p class="quiet">${t("counter.line.nobody")}</p>`
      : html`<ol class="scroll line" tabindex="0" aria-labelledby="line-title">
          ${waiting.map((one, place) => html`<${Row} key=${one.id} one=${one} isFirst=${place === 0} desk=${desk} />`)}
          ${count > waiting.length && html`<li class="quiet small line-more">${t("counter.line.more", { n: count - waiting.length })}</li>`}
        </ol>`}
  </section>`;
}

/** By the letter that the numbers bear, which the rows below explain; services that share one share a sequence. */
function ByLetter({ services }) {
  const letters = [...new Set(services.map(({ prefix }) => prefix))];
  if (letters.length < 2) return null;
  return html`<ul class="line-letters">
    ${letters.map((letter) => {
      const own = services.filter(({ prefix }) => prefix === letter);
      const names = own.map(({ name }) => named(name)).join(", ");
      return html`<li key=${letter} class="chip" title=${names}><span class="line-prefix" aria-hidden="true">${letter}</span>
        <span class="only-spoken">${names}</span><span class="figures">${own.reduce((sum, { waiting }) => sum + waiting, 0)}</span></li>`;
    })}
  </ul>`;
}

function Row({ one, isFirst, desk }) {
  const { services } = desk.live.view.value;
  return html`<li class=${`line-row ${isFirst ? "line-first" : ""}`}>
    <span class="line-prefix" aria-hidden="true">${services.find(({ id }) => id === one.service)?.prefix}</span>
    <span class="line-name">${serviceName(desk.live.view.value, one.service)}</span>
    <span class="figures line-since">${t("common.minutes", { n: minutes(desk.nowMs.value - one.arrived_at_ms) })}</span>
  </li>`;
}

/** The name of any service of the hall: a ticket may have been sent here from another one. */
export function serviceName({ all_services: services }, id) {
  return shortName(named(services.find((one) => one.id === id)?.name)) || id;
}

/** "KTP-el: perekaman dan pencetakan" is "KTP-el" where room is short. */
function shortName(name) {
  return name.split(": ")[0];
}
