/* The question before a clock is settled: what it means, and two clocks to compare with the one on the wall. */

import { clockWithZone, longDate } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Dialog } from "../../lib/parts.js";
import { language, t } from "../../lib/words.js";

export function SettleDialog({ settling, live, timezone, nowMs }) {
  if (!settling.isAsking.value) return null;
  const isSending = settling.isSending.value;
  const isLive = live.phase.value === "live";
  const refusal = settling.refusal.value;
  return html`<${Dialog} title=${t("manager.settle.title")} onClose=${settling.cancel}>
    <p>${t("manager.settle.text")}</p>
    <dl class="settle-clocks figures">
      <div><dt>${t("manager.settle.held")}</dt><dd>${moment(nowMs, timezone)}</dd></div>
      <div><dt>${t("manager.settle.own")}</dt><dd>${moment(Date.now(), timezone)}</dd></div>
    </dl>
    <p>${t("manager.settle.check")}</p>
    <div role="alert">${refusal && html`<p class="note note-danger">${icon("circle-alert")}<span>${t(refusal)}</span></p>`}</div>
    ${!isLive && html`<p class="note note-warn">${icon("wifi-off")}<span>${t("manager.settle.not_connected")}</span></p>`}
    <div class="actions">
      <button type="button" class="button button-quiet" onClick=${settling.cancel}>${t("common.cancel")}</button>
      <button type="button" class="button" disabled=${isSending || !isLive} onClick=${settling.confirm}>${t(isSending ? "manager.settle.sending" : "manager.settle.confirm")}</button>
    </div>
  <//>`;
}

function moment(atMs, timezone) {
  return html`${longDate(atMs, timezone, language.value)} <strong>${clockWithZone(atMs, timezone, language.value)}</strong>`;
}
