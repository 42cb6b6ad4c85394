/* Who waits where: the letter of the number, the service, how many. */

import { html } from "../../lib/html.js";
import { named } from "../../lib/words.js";
import { rowsOf } from "./board.js";
import { Both } from "./both.js";

const TWO_LINED_ROWS_MAX = 5; // more leave no room for two lines that can be read

export function Waiting({ services }) {
  const rows = rowsOf(services);
  const isTwoLined = rows <= TWO_LINED_ROWS_MAX;
  return html`<section class=${isTwoLined ? "waiting" : "waiting waiting-many"} style=${{ "--rows": rows }}>
    <h2><${Both} word="screen.waiting" /></h2>
    <ul>
      ${services.map(
        (service) => html`<li key=${service.id} class=${service.waiting === 0 ? "waiting-none" : ""}>
          <span class="waiting-prefix">${service.prefix}</span>
          <span class="waiting-name">${named(service.name)}</span>
          <${Count} ...${service} isTwoLined=${isTwoLined} />
        </li>`,
      )}
    </ul>
  </section>`;
}

/** A closed service with people in its line still counts them. */
function Count({ open, waiting, isTwoLined }) {
  if (!open && waiting === 0) return html`<span class="waiting-closed"><${Both} word="screen.service_closed" isLong=${isTwoLined} /></span>`;
  return html`<span class="waiting-count figures">${waiting}</span>`;
}
