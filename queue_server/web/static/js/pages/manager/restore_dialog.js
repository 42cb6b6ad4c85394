/* The question before calls go on after a restore: what to compare the line with. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Dialog } from "../../lib/parts.js";
import { t } from "../../lib/words.js";

export function RestoreDialog({ restoring, live }) {
  if (!restoring.isAsking.value) return null;
  const isSending = restoring.isSending.value;
  const isLive = live.phase.value === "live";
  const refusal = restoring.refusal.value;
  return html`<${Dialog} title=${t("manager.restore.title")} onClose=${restoring.cancel}>
    <p>${t("manager.restore.text")}</p>
    <p>${t("manager.restore.check")}</p>
    <div role="alert">${refusal && html`<p class="note note-danger">${icon("circle-alert")}<span>${t(refusal)}</span></p>`}</div>
    ${!isLive && html`<p class="note note-warn">${icon("wifi-off")}<span>${t("manager.settle.not_connected")}</span></p>`}
    <div class="actions">
      <button type="button" class="button button-quiet" onClick=${restoring.cancel}>${t("common.cancel")}</button>
      <button type="button" class="button" disabled=${isSending || !isLive} onClick=${restoring.confirm}>${t(isSending ? "manager.restore.sending" : "manager.restore.confirm")}</button>
    </div>
  <//>`;
}
