/* Every token, link and browser that opens a door, each with the button that takes it back. */

import { boot } from "../../lib/boot.js";
import { html, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Dialog } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { devices, done, problem, revoke } from "./register.js";
import { instant, lastSeen, subject } from "./words.js";

const SECTIONS = {
  devices: (one) => one.device !== null && one.kind !== "link",
  links: (one) => one.kind === "link",
  people: (one) => one.device === null && one.kind !== "link",
};

export function DeviceLists() {
  const [asking, setAsking] = useState(null);
  return html`${Object.entries(SECTIONS).map(([name, belongs]) => html`<${Section} key=${name} name=${name} rows=${devices.value.filter(belongs)} onRevoke=${setAsking} />`)}
    ${asking !== null && html`<${Question} one=${asking} onEnd=${() => setAsking(null)} />`}`;
}

function Section({ name, rows, onRevoke }) {
  if (rows.length === 0 && name !== "devices") return null;
  return html`<section class="stack devices-section" aria-labelledby=${`devices-${name}`}>
    <h2 id=${`devices-${name}`}>${t(`devices.${name}`)}</h2>
    ${rows.length === 0
      ? html`<p class="card quiet">${t("devices.none")}</p>`
      : html`<ul class="list" aria-labelledby=${`devices-${name}`}>${rows.map((one) => html`<li class="devices-row" key=${one.id}><${Row} one=${one} onRevoke=${onRevoke} /></li>`)}</ul>`}
  </section>`;
}

function Row({ one, onRevoke }) {
  const name = subject(one);
  return html`<span class="accounts-name"><strong>${name}</strong>${one.device !== null && one.device !== name && html`<span class="quiet">${one.device}</span>`}</span>
    <span>${t(`devices.role.${one.role}`)}<br /><span class="small quiet">${t(`devices.kind.${one.kind}`)}</span></span>
    <span class="small"><span class=${one.connected ? "devices-live" : ""}>${one.connected && icon("circle-check")}${lastSeen(one)}</span><br />
      <span class="quiet">${t("devices.made", { when: instant(one.created_at_ms) })}</span></span>
    ${one.id === boot.page.own
      ? html`<span class="chip">${t("devices.you")}</span>`
      : html`<button type="button" class="button button-danger-quiet" aria-label=${t("devices.revoke_of", { name })} onClick=${() => onRevoke(one)}>${t("devices.revoke")}</button>`}`;
}

function Question({ one, onEnd }) {
  const [isSending, setSending] = useState(false);
  const name = subject(one);
  const turn = async () => {
    setSending(true);
    const refusal = await revoke(one.id);
    problem.value = refusal?.code ?? null;
    done.value = refusal === null ? { what: one.kind === "link" ? "withdrawn" : "revoked", name } : null;
    onEnd();
  };
  return html`<${Dialog} title=${t("devices.revoke_ask", { name })} onClose=${onEnd}>
    <p>${t(one.kind === "link" ? "devices.withdraw_text" : "devices.revoke_text")}</p>
    <div class="actions">
      <button type="button" class="button button-quiet" onClick=${onEnd}>${t("common.cancel")}</button>
      <button type="button" class="button button-danger" disabled=${isSending} onClick=${turn}>${t("devices.revoke_do")}</button>
    </div>
  <//>`;
}
