/* Every service's line, worst first: the longest wait beside the target, how many wait, how many counters serve it. */

import { html } from "../../lib/html.js";
import { named, t } from "../../lib/words.js";

const EXPLANATION = /\s*\([^()]*\)$/; // "Dukcapil (Kependudukan …)": the list has room for the first

export function Lines({ rows, agencies }) {
  const lateCount = rows.filter(({ level }) => level === "late").length;
  return html`<section class="panel lines" aria-labelledby="lines-title">
    <header class="panel-head"><h2 id="lines-title">${t("manager.lines")}</h2>
      ${lateCount > 0 && html`<span class="chip chip-danger figures">${t("manager.lines.late", { n: lateCount })}</span>`}</header>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="lines-title">
      <table class="lines-table">
        <thead><tr>
          <th scope="col">${t("manager.lines.service")}</th>
          <th scope="col">${t("manager.lines.wait")}</th>
          <th scope="col">${t("manager.lines.waiting")}</th>
          <th scope="col">${t("manager.lines.counters")}</th>
        </tr></thead>
        <tbody>${rows.map((row) => html`<${Line} key=${row.service.id} ...${row} agencies=${agencies} />`)}</tbody>
      </table>
    </div>
  </section>`;
}

function Line({ service, minutes, targetMinutes, level, isStuck, agencies }) {
  const place = agencies.findIndex(({ id }) => id === service.agency);
  return html`<tr class=${`line line-${level}`}>
    <th scope="row"><span class="line-service">
      <span class=${`line-prefix agency-bar agency-${(place % 11) + 1}`}>${service.prefix}</span>
      <span><span class="line-name">${named(service.name)}</span> <span class="line-agency">${named(agencies[place]?.name).replace(EXPLANATION, "")}</span></span>
    </span></th>
    <td class="figures">${minutes === null ? html`<${Nobody} level=${level} />` : html`<span class="line-wait"><strong>${minutes}</strong><${Target} minutes=${targetMinutes} level=${level} /></span>`}</td>
    <td class="figures line-count">${service.waiting}</td>
    <td class=${isStuck ? "figures line-count line-stuck" : "figures line-count"}>${service.counters_open}${isStuck && html`<span class="only-spoken"> ${t("manager.worst.stuck")}</span>`}</td>
  </tr>`;
}

function Target({ minutes, level }) {
  if (minutes === null) return null;
  return html`<span class="line-target">/${minutes}</span>${level === "late" && html`<span class="only-spoken"> ${t("manager.lines.is_late")}</span>`}`;
}

function Nobody({ level }) {
  if (level === "closed") return html`<span class="line-shut">${t("manager.lines.closed")}</span>`;
  return html`<span aria-hidden="true">–</span><span class="only-spoken">${t("manager.lines.nobody")}</span>`;
}
