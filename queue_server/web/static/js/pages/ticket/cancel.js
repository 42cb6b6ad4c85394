/* Giving the number up: asked twice, told what became of it. */

import { html, useState } from "../../lib/html.js";
import { Dialog } from "../../lib/parts.js";
import { t } from "../../lib/words.js";

const TOO_LATE = "WRONG_STATE";

export function CancelButton({ ticket, live }) {
  const [step, setStep] = useState("idle"); // idle, asking, sending, too_late, failed
  const close = () => setStep("idle");
  const send = async () => {
    setStep("sending");
    const outcome = await live.command("cancel_ticket", { ticket: ticket.id });
    if (outcome.accepted) close();
    else setStep(outcome.code === TOO_LATE ? "too_late" : "failed");
  };
  return html`<button type="button" class="ticket-cancel" onClick=${() => setStep("asking")}>${t("ticket.cancel")}</button>
    ${step !== "idle" && html`<${Question} ticket=${ticket} step=${step} onClose=${close} onSend=${send} />`}`;
}

function Question({ ticket, step, onClose, onSend }) {
  const isSending = step === "sending";
  const hasFailed = step === "too_late" || step === "failed";
  return html`<${Dialog} title=${t("ticket.cancel_title", { number: ticket.number })} onClose=${onClose}>
    <p>${t("ticket.cancel_text")}</p>
    ${hasFailed && html`<p class="note note-danger" role="alert">${t(`ticket.cancel_${step}`)}</p>`}
    <div class="actions">
      <button type="button" class="button button-quiet" onClick=${onClose}>${t("ticket.cancel_no")}</button>
      <button type="button" class="button button-danger" disabled=${isSending} onClick=${onSend}>
        ${t(isSending ? "ticket.cancel_sending" : "ticket.cancel_yes")}
      </button>
    </div>
  <//>`;
}
