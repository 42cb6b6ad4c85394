/* Every counter by zone: how it is and since when, who sits there, which number is in hand and for how long. */

import { html } from "../../lib/html.js";
import { hasWord, named, t } from "../../lib/words.js";
import { sinceClock, spanWords } from "./spans.js";

export function Counters({ state, nowMs }) {
  return html`<section class="panel counters" aria-labelledby="counters-title">
    <h2 class="only-spoken" id="counters-title">${t("manager.counters")}</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="counters-title">
      ${state.zones.map((zone) => {
        const own = state.counters.filter((one) => one.zone === zone.id);
        return own.length > 0 && html`<${Zone} key=${zone.id} zone=${zone} counters=${own} nowMs=${nowMs} timezone=${state.hall.timezone} />`;
      })}
    </div>
  </section>`;
}

function Zone({ zone, counters, nowMs, timezone }) {
  const open = counters.filter(({ state }) => state === "open").length;
  return html`<section class="counters-zone" aria-labelledby=${`zone-${zone.id}`}>
    <header class="panel-head"><h3 id=${`zone-${zone.id}`}>${named(zone.name)}</h3>
      <span class="small quiet figures">${t("manager.counters.open", { n: open, all: counters.length })}</span></header>
    <ul class="tiles">${counters.map((one) => html`<${Tile} key=${one.id} counter=${one} nowMs=${nowMs} timezone=${timezone} />`)}</ul>
  </section>`;
}

function Tile({ counter, nowMs, timezone }) {
  const { name, number, officer } = counter;
  const stands = standing(counter);
  return html`<li class=${`tile tile-${stands}`}>
    <p class="tile-row"><span class="tile-name">${name}</span>${number !== null && html`<strong class="tile-number figures">${number}</strong>`}</p>
    <p class="figures">${stateWords(stands, counter, nowMs, timezone)}</p>
    ${officer !== null && html`<p class="tile-officer">${officer.name || t("manager.counters.unknown")}</p>`}
  </li>`;
}

/** "closed", "paused", "busy" (open, a number in hand) or "open". */
function standing({ state, number }) {
  return state === "open" && number !== null ? "busy" : state;
}

/** "Ditangani 7 mnt", "Salat 14 mnt", "Buka 08.02", "Tutup 09.04": what takes an officer's time as a length of it. */
function stateWords(stands, counter, nowMs, timezone) {
  const { since_at_ms: sinceMs, in_hand_since_at_ms: inHandMs, pause_reason: reason } = counter;
  if (stands === "busy") return `${t("manager.state.busy")} ${spanWords(nowMs - inHandMs)}`;
  if (stands === "paused") {
    return html`<span class="only-spoken">${t("manager.state.paused")}: </span>${reasonWord(reason)} ${spanWords(nowMs - sinceMs)}`;
  }
  return `${t(`manager.state.${stands}`)} ${sinceClock(sinceMs, nowMs, timezone)}`.trim();
}

function reasonWord(reason) {
  const key = `manager.pause.${reason}`;
  return hasWord(key) ? t(key) : t("manager.state.paused");
}
