/* What can be done with the ticket in hand, in the order of a visit: it begins, it is helped on, it ends. */

import { html } from "../../lib/html.js";
import { t } from "../../lib/words.js";
import { ActButton } from "./act_button.js";

const OF_TICKET = ["start", "recall", "no_show", "finish", "park", "transfer", "result", "reprint"];

export function Actions({ desk }) {
  return html`<div class="counter-actions" role="group" aria-label=${t("counter.actions")}>
    ${OF_TICKET.map((action) => html`<${ActButton} key=${action} desk=${desk} action=${action} />`)}
  </div>`;
}
