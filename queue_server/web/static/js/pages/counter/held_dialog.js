/* One parked or missed ticket. */

import { html } from "../../lib/html.js";
import { Dialog } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { serviceName } from "./next_in_line.js";
import { TicketChoices } from "./ticket_choices.js";

export function HeldDialog({ desk, asked, close }) {
  const { ticket, sees } = asked;
  const what = { service: serviceName(desk.live.view.value, ticket.service), state: t(`counter.ticket.${ticket.state}`) };
  return html`<${Dialog} title=${ticket.number} onClose=${close}>
    <p class="quiet">${t("counter.held.what", what)}</p>
    <${TicketChoices} desk=${desk} ticket=${ticket} sees=${sees} close=${close} /><//>`;
}
