/* Finds today's ticket by its number. The category is not shown: it is for whoever has the ticket in hand. */

import { html, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Dialog } from "../../lib/parts.js";
import { hasWord, named, t } from "../../lib/words.js";
import { Leave } from "./choices.js";
import { ticketWithNumber } from "./lookup.js";
import { TicketChoices } from "./ticket_choices.js";

export function FindDialog({ desk, asked, close }) {
  const [found, setFound] = useState(null); // null: not asked yet; else {ticket} or {code}
  const look = async (event) => {
    event.preventDefault();
    const number = event.currentTarget.number.value.trim();
    if (number !== "") setFound(await ticketWithNumber(number));
  };
  return html`<${Dialog} title=${t("counter.find.title")} onClose=${close}>
    ${found?.ticket ? html`<${Found} desk=${desk} ticket=${found.ticket} sees=${asked.sees} close=${close} />` : html`
      <form class="stack" onSubmit=${look}>
        <label class="label" for="number">${t("counter.find.label")}</label>
        <input class="input find-input" id="number" name="number" autocomplete="off" autocapitalize="characters" spellcheck=${false} maxlength="16" autofocus
          aria-invalid=${found === null ? null : "true"} />
        <div role="alert">${found !== null && html`<p class="note note-warn">${icon("circle-alert")}<span>${said(found.code)}</span></p>`}</div>
        <button class="button button-wide">${icon("search")}${t("counter.find.submit")}</button>
      </form>
      <${Leave} onLeave=${close} words=${t("common.cancel")} />`}<//>`;
}

function Found({ desk, ticket, sees, close }) {
  const isServedHere = desk.live.view.value.services.some(({ id }) => id === ticket.service);
  const place = ticket.counter_name ?? "";
  return html`
    <div class="found">
      <p class="number">${ticket.number}</p>
      <div><p><strong>${named(ticket.service_name)}</strong></p>
        <p class="quiet">${t(`counter.ticket.${ticket.state}`)}${place && ` · ${place}`}${ticket.ahead !== null && ` · ${t("counter.find.ahead", { n: ticket.ahead })}`}</p></div>
    </div>
    ${isServedHere
      ? html`<${TicketChoices} desk=${desk} ticket=${ticket} sees=${sees} close=${close} />`
      : html`<p class="note">${t("counter.find.elsewhere")}</p><${Leave} onLeave=${close} words=${t("common.close")} />`}`;
}

function said(code) {
  const key = `counter.find.${code}`;
  return t(hasWord(key) ? key : "counter.find.other");
}
