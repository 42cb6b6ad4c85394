/* The dialogs that are one choice: why the counter pauses, how a visit ended, whether to take a counter over. */

import { clock } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { Dialog } from "../../lib/parts.js";
import { language, t } from "../../lib/words.js";
import { sendForCounter, sendForTicket } from "./acts.js";
import { Choices } from "./choices.js";

const PAUSE_REASONS = ["break", "prayer", "meal", "meeting", "system_down", "other"];
const RESULTS = ["completed", "incomplete_documents", "referred", "other"];

export function PauseDialog({ desk, close }) {
  const choose = (reason) => {
    close();
    sendForCounter(desk, "pause", "pause_counter", { reason });
  };
  return html`<${Dialog} title=${t("counter.pause.title")} onClose=${close}>
    <${Choices} options=${optionsOf(PAUSE_REASONS, "counter.pause")} onChoose=${choose} onCancel=${close} /><//>`;
}

export function ResultDialog({ desk, asked, close }) {
  const { number } = desk.live.view.value.ticket;
  const choose = (result) => {
    close();
    sendForTicket(desk, "result", "finish", { result, sees: asked.sees });
  };
  return html`<${Dialog} title=${t("counter.result.title", { number })} onClose=${close}>
    <${Choices} options=${optionsOf(RESULTS, "counter.result")} onChoose=${choose} onCancel=${close} /><//>`;
}

/** The name comes with the view, where the refusal has only the holder's id. */
export function TakeDialog({ desk, asked, close }) {
  const { hall, officer, ticket, since_at_ms: sinceMs } = desk.live.view.value;
  const isKnown = officer?.id === asked.holder && officer.name !== "";
  const who = {
    officer: isKnown ? officer.name : t("counter.another"),
    clock: clock(asked.sinceMs ?? sinceMs, hall.timezone, language.value),
  };
  const choose = () => {
    close();
    sendForCounter(desk, "take", "open_counter", { take: true });
  };
  return html`<${Dialog} title=${t("counter.take.title")} onClose=${close}>
    <p>${t("counter.take.text", who)} ${ticket !== null && t("counter.take.in_hand", { number: ticket.number })}</p>
    <${Choices} options=${[{ id: "take", words: t("counter.take.yes"), hint: t("counter.take.hint") }]} onChoose=${choose} onCancel=${close} /><//>`;
}

function optionsOf(ids, key) {
  return ids.map((id) => ({ id, words: t(`${key}.${id}`) }));
}
