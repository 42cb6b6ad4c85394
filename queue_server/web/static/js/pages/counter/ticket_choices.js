/* What can be done with a ticket that is not in hand: call it now, out of order and for a reason, or let it wait again. */

import { html, useState } from "../../lib/html.js";
import { t } from "../../lib/words.js";
import { sendForOther, sendForTicket } from "./acts.js";
import { Choices, Leave } from "./choices.js";
import { hindrance } from "./rules.js";

const REASONS = ["citizen_returned", "frail", "wrong_service", "appointment", "supervisor", "other"];

/** By the ticket's state, as docs/states.md; each with the action whose needs it has. */
const WAYS = { waiting: ["call"], parked: ["call", "original", "back", "front"], no_show: ["call", "original", "back", "front"] };

/** `ticket`: {id, number, state}; `sees`: whom the officer saw when he asked. */
export function TicketChoices({ desk, ticket, sees, close }) {
  const [isReasonAsked, askReason] = useState(false);
  const situation = desk.situation.value;
  const why = (way) => hindrance(way === "call" ? "call" : "return", situation);
  const ways = WAYS[ticket.state] ?? [];
  const open = ways.filter((way) => why(way) === null || why(way) === "idle_line");

  const choose = (way) => {
    if (way === "call") {
      askReason(true);
      return;
    }
    close();
    sendForOther(desk, "return", "return_ticket", { ticket: ticket.id, number: ticket.number }, { place: way });
  };
  const call = (reason) => {
    close();
    sendForTicket(desk, "call", "call_ticket", { ticket: ticket.id, reason, sees });
  };

  if (isReasonAsked) {
    const options = REASONS.map((id) => ({ id, words: t(`counter.reason.${id}`) }));
    return html`<p>${t("counter.reason.title")}</p><${Choices} key="reason" options=${options} onChoose=${call} onCancel=${close} />`;
  }
  const missing = ways.find((way) => !open.includes(way));
  const options = open.map((id) => ({ id, words: t(`counter.other.${id}`), hint: t(`counter.other.${id}_hint`) }));
  return html`
    ${missing !== undefined && html`<p class="note note-warn">${t(`counter.why.${why(missing)}`)}</p>`}
    ${options.length === 0
      ? html`<${Leave} onLeave=${close} words=${t("common.close")} />`
      : html`<${Choices} key="ways" options=${options} onChoose=${choose} onCancel=${close} />`}`;
}
