/* Accounts: who may sign in, as what, and at which counters. A list, and one form for a new account and for a change.
 *
 * The address says which is shown (#new, #officer:…), so that the browser's way back leads from the form to the list.
 * There is no socket: the list came with the page, and every change answers with the whole of it.
 */

import { boot } from "../../lib/boot.js";
import { html, render, useLayoutEffect } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { LanguageSwitch } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { AccountForm } from "./form.js";
import { AccountList } from "./list.js";
import { accounts, problem, shown, signOut } from "./register.js";
import { Trouble } from "./trouble.js";

const MARK = new URL("../../../mark.svg", import.meta.url).pathname;

function Page() {
  const place = shown.value;
  const account = accounts.value.find((one) => one.account === place) ?? null;
  const isForm = place === "new" || account !== null;
  const key = isForm ? place : "list";
  // A page that only changed its address says where it is, to eyes and to screen readers.
  useLayoutEffect(() => {
    document.querySelector("h1").focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [key]);
  return html`<div class="page accounts">
    <${Head} />
    <main class="page-main accounts-main">
      <${Trouble} code=${problem.value} />
      ${isForm ? html`<${AccountForm} key=${key} account=${account} />` : html`<${AccountList} />`}
    </main>
  </div>`;
}

function Head() {
  return html`<header class="page-head spread accounts-head">
    <a class="row accounts-hall" href="/"><img src=${MARK} alt=${t("accounts.start")} width="36" height="36" /><span>${boot.hall.name}</span></a>
    <div class="row row-wrap accounts-who">
      <span class="chip">${icon("user")}${boot.page.name}</span>
      ${boot.page.token === null && html`<button type="button" class="button button-quiet" onClick=${signOut}>${icon("log-out")}${t("accounts.sign_out")}</button>`}
      <${LanguageSwitch} isShort=${true} />
    </div>
  </header>`;
}

render(html`<${Page} />`, document.getElementById("app"));
