/* Which hall, how many wait in all, what time it is. */

import { clock, longDate, zoneName } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { LanguageSwitch } from "../../lib/parts.js";
import { language, t } from "../../lib/words.js";

const MARK = new URL("../../../mark.svg", import.meta.url).pathname;

export function Head({ state, nowMs, isHidden }) {
  const { name, timezone } = state.hall;
  const lang = language.value;
  const isInDoubt = state.clock_in_doubt && !isHidden;
  return html`<header class="board-head">
    <a class="board-mark" href="/" aria-label=${t("manager.start")}><img src=${MARK} alt="" width="36" height="36" /></a>
    <div class="board-place"><h1>${t("manager.title")}</h1><p>${name}</p></div>
    ${!isHidden && html`<${Totals} state=${state} />`}
    <p class=${isInDoubt ? "board-time board-time-doubt" : "board-time"}>
      <span class="board-date">${longDate(nowMs, timezone, lang)}</span>
      <span class="board-clock figures">${isInDoubt && icon("triangle-alert")}<time>${clock(nowMs, timezone, lang)}</time> <span>${zoneName(timezone, lang, nowMs)}</span></span>
    </p>
    <${LanguageSwitch} isShort=${true} />
  </header>`;
}

function Totals({ state }) {
  const open = state.counters.filter((one) => one.state === "open").length;
  const served = state.services.reduce((sum, one) => sum + one.served, 0);
  return html`<dl class="totals figures">
    <${Total} word="manager.total.waiting" value=${state.waiting_now} />
    <${Total} word="manager.total.open" value=${t("manager.total.of", { n: open, all: state.counters.length })} />
    <${Total} word="manager.total.issued" value=${state.issued_today} />
    <${Total} word="manager.total.served" value=${served} />
  </dl>`;
}

function Total({ word, value }) {
  return html`<div><dt>${t(word)}</dt><dd>${value}</dd></div>`;
}
