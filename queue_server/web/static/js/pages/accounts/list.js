/* Every account in a row that opens its form; those that are disabled stand apart, below. */

import { boot } from "../../lib/boot.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";
import { accounts, done } from "./register.js";

const COUNTERS_NAMED_MAX = 4; // more names than these are a number

export function AccountList() {
  const active = accounts.value.filter((one) => !one.is_disabled);
  const disabled = accounts.value.filter((one) => one.is_disabled);
  return html`
    <div class="accounts-top">
      <div class="accounts-title"><h1 tabindex="-1">${t("accounts.title")}</h1><p class="quiet">${t("accounts.text")}</p></div>
      <a class="button" href="#new">${icon("plus")}${t("accounts.new")}</a>
    </div>
    <${Done} />
    ${active.length === 0 && html`<p class="card quiet">${t("accounts.none")}</p>`}
    ${active.length > 0 && html`<${Rows} of=${active} name=${t("accounts.active")} />`}
    ${disabled.length > 0 && html`<section class="stack accounts-disabled"><h2>${t("accounts.disabled")}</h2><${Rows} of=${disabled} name=${t("accounts.disabled")} /></section>`}`;
}

/** What was just done. It is there before it has words, so that a screen reader hears them come. */
function Done() {
  return html`<div role="status">${done.value !== null && html`<div class="note note-good accounts-done">${icon("circle-check")}
    <div><p>${t(`accounts.done.${done.value.what}`, { name: done.value.name })}</p>
      ${done.value.password !== null && html`<p class="accounts-secret"><span>${t("accounts.password")}:</span> <code>${done.value.password}</code></p>
        <p class="small">${t("accounts.done.secret")}</p>`}</div></div>`}</div>`;
}

function Rows({ of, name }) {
  return html`<ul class="list accounts-list" aria-label=${name}>${of.map((one) => html`<li key=${one.account}><${Row} account=${one} /></li>`)}</ul>`;
}

function Row({ account }) {
  const { name, role, counters } = account;
  return html`<a class="list-row accounts-row" href=${`#${account.account}`}>
    <span class="accounts-name"><strong>${name}</strong>${account.account === boot.page.account && html`<span class="chip">${t("accounts.you")}</span>`}</span>
    <span>${t(`accounts.role.${role}`)}</span>
    <span class="quiet">${countersWords(counters)}</span>
    <span class="accounts-change">${t("accounts.change")}${icon("chevron-right")}</span>
  </a>`;
}

function countersWords(ids) {
  if (ids === null) return t("accounts.counters.every");
  if (ids.length > COUNTERS_NAMED_MAX) return t("accounts.counters.count", { n: ids.length });
  const names = ids.map((id) => boot.page.counters.find((one) => one.id === id)?.name ?? id);
  return names.length === 0 ? t("accounts.counters.no") : names.join(", ");
}
