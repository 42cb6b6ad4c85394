/* Devices: what stands in the hall and may talk to the hub, what waits to come in, and taking a right back.
 *
 * There is no socket: the lists came with the page, every change answers with them, and it looks every few seconds.
 */

import { boot } from "../../lib/boot.js";
import { html, render } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { LanguageSwitch } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { DeviceLists } from "./list.js";
import { Newcomer } from "./newcomer.js";
import { done, keepLooking, problem, signOut } from "./register.js";
import { Trouble } from "./trouble.js";

const MARK = new URL("../../../mark.svg", import.meta.url).pathname;

function Page() {
  return html`<div class="page accounts devices">
    <${Head} />
    <main class="page-main accounts-main">
      <${Trouble} code=${problem.value} />
      <div class="accounts-title"><h1>${t("devices.title")}</h1><p class="quiet">${t("devices.text")}</p></div>
      <${Done} />
      <${Newcomer} />
      <${DeviceLists} />
    </main>
  </div>`;
}

function Head() {
  return html`<header class="page-head spread accounts-head">
    <a class="row accounts-hall" href="/"><img src=${MARK} alt=${t("devices.start")} width="36" height="36" /><span>${boot.hall.name}</span></a>
    <div class="row row-wrap accounts-who">
      <span class="chip">${icon("user")}${boot.page.name}</span>
      ${boot.page.token === null && html`<button type="button" class="button button-quiet" onClick=${signOut}>${icon("log-out")}${t("devices.sign_out")}</button>`}
      <${LanguageSwitch} isShort=${true} />
    </div>
  </header>`;
}

/** What was just done. It is there before it has words, so that a screen reader hears them come. */
function Done() {
  return html`<div role="status">${done.value !== null && html`<div class="note note-good">${icon("circle-check")}<p>${t(`devices.done.${done.value.what}`, { name: done.value.name })}</p></div>`}</div>`;
}

render(html`<${Page} />`, document.getElementById("app"));
keepLooking();
