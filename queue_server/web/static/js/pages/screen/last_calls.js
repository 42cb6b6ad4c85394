/* The calls before the one in the eye, newest first. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";
import { Both, CounterPlate } from "./both.js";

const COUNT_MAX = 6; // as many as stand in two rows; whoever was called earlier finds himself at his counter

export function LastCalls({ calls }) {
  const shown = calls.slice(0, COUNT_MAX);
  const longest = Math.max(4, ...shown.map(({ number }) => number.length));
  return html`<section class="last-calls">
    <h2><${Both} word="screen.earlier" /></h2>
    <ol style=${{ "--chars": longest }}>
      ${shown.map(
        (call) => html`<li key=${call.call}>
          <span class="figures last-number">${call.number}</span>
          ${call.times > 1 ? html`${icon("repeat")}<span class="only-spoken">${t("screen.again")}</span>` : icon("arrow-right")}
          <${CounterPlate} name=${call.counter_name} />
        </li>`,
      )}
    </ol>
  </section>`;
}
