/* Who waits too long now, read from three metres: the service's letters and the minutes. Calm when nobody does. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { named, t } from "../../lib/words.js";
import { calmRowOf, summaryOf } from "./waits.js";

const SHOWN_COUNT_MAX = 4; // as many as stay readable side by side; the list below has them all
const FEW_COUNT_MAX = 2; // so many have room for larger figures and words beside them

const CALM_ICONS = { near: "clock", calm: "circle-check", empty: "circle-check", closed: "door-closed", no_day: "clock" };

export function Worst({ rows, state }) {
  const late = rows.filter(({ level }) => level === "late");
  const summary = summaryOf(rows, state.date);
  const few = summary === "late" && late.length <= FEW_COUNT_MAX ? " worst-few" : "";
  return html`<section class=${`worst worst-${summary}${few}`} aria-labelledby="worst-title">
    <h2 class="only-spoken" id="worst-title">${t("manager.worst.title")}</h2>
    <p class="only-spoken" role="status">${spoken(summary, late)}</p>
    ${summary === "late"
      ? html`<ol class="worst-list">${late.slice(0, SHOWN_COUNT_MAX).map((row) => html`<${Late} key=${row.service.id} ...${row} />`)}</ol>`
      : html`<${Calm} summary=${summary} row=${calmRowOf(rows)} />`}
  </section>`;
}

/** Without the minutes, which would be read out anew each time one goes by. */
function spoken(summary, late) {
  if (summary === "late") return t("manager.worst.spoken", { n: late.length, service: named(late[0].service.name) });
  return t(`manager.worst.${summary}`);
}

function Late({ service, minutes, targetMinutes, isStuck }) {
  return html`<li class="late"><${Figures} prefix=${service.prefix} minutes=${minutes} />
    <div class="late-words">
      <p class="late-name">${named(service.name)}</p>
      <p class="figures">${t("manager.worst.target", { n: targetMinutes })}, ${t("manager.worst.waiting", { n: service.waiting })}</p>
      ${isStuck && html`<p><strong>${t("manager.worst.stuck")}</strong></p>`}
    </div>
  </li>`;
}

function Figures({ prefix, minutes }) {
  const style = { "--letters": prefix.length, "--digits": String(minutes).length };
  return html`<p class="late-figures figures" style=${style}>
    <span class="late-prefix">${prefix}</span> <strong>${minutes}</strong> <span class="only-spoken">${t("manager.worst.unit")}</span>
  </p>`;
}

function Calm({ summary, row }) {
  return html`<div class="calm">
    <p class="calm-sentence">${icon(CALM_ICONS[summary])}<span>${t(`manager.worst.${summary}`)}</span></p>
    ${row !== null && html`<div class="calm-row">
      <${Figures} prefix=${row.service.prefix} minutes=${row.minutes} />
      <div class="late-words"><p>${t(summary === "near" ? "manager.worst.nearest" : "manager.worst.longest")}</p>
        <p class="late-name">${named(row.service.name)}</p>
        <p class="figures">${row.targetMinutes === null ? t("manager.worst.no_target") : t("manager.worst.target", { n: row.targetMinutes })}, ${t("manager.worst.waiting", { n: row.service.waiting })}</p></div>
    </div>`}
  </div>`;
}
