/* Every counter of the zone with the number in hand, or how it is. */

import { html } from "../../lib/html.js";
import { Both, CounterPlate } from "./both.js";

const COLUMNS = 2;

/** In how many rows the counters stand. */
export function rowsOf(list) {
  return Math.ceil(list.length / COLUMNS);
}

export function Board({ counters, called }) {
  const longest = Math.max(4, ...counters.map(({ number }) => number?.length ?? 0));
  return html`<section class="board" style=${{ "--rows": rowsOf(counters) }}>
    <h2><${Both} word="screen.counters" /></h2>
    <ul style=${{ "--chars": longest }}>
      ${counters.map((counter) => html`<li key=${counter.id} class=${classes(counter, called)}>
        <${CounterPlate} name=${counter.name} /><${Now} ...${counter} />
      </li>`)}
    </ul>
  </section>`;
}

function classes({ id, state }, called) {
  return `board-${state}${id === called ? " board-called" : ""}`;
}

function Now({ number, state }) {
  const word = html`<span class="board-state"><${Both} word=${`screen.counter_${state}`} isLong /></span>`;
  if (number === null) return word;
  return html`<span class="board-number figures">${number}</span>${state === "open" ? null : word}`;
}
