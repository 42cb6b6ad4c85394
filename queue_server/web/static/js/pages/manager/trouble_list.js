/* What is not confirmed and what failed: in plain words, what it concerns, since when, and what to do. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { hasWord, named, t } from "../../lib/words.js";
import { spanWords } from "./spans.js";
import { troublesOf } from "./troubles.js";

const CASES_COUNT_MAX = 6; // more of one kind are counted: what to do is the same for all

const OF_HALL = new Set(["store_trouble", "clock_in_doubt", "speech_down", "configuration_refused", "restore_unconfirmed", "certificate_ending", "insecure_lan"]); // they concern the whole hall
const BUTTONS = {
  clock_in_doubt: { icon: "clock", word: "manager.settle.open" },
  restore_unconfirmed: { icon: "circle-check", word: "manager.restore.open" },
};
const OF_CALLS = new Set(["call_dropped", "call_unconfirmed"]); // their detail is the counter's name

/** `asks`: by a trouble's code, what its button asks a manager. */
export function Troubles({ state, nowMs, asks }) {
  const troubles = troublesOf(state);
  if (troubles.length === 0) {
    return html`<section class="panel troubles troubles-none"><p role="status">${icon("circle-check")}${t("manager.troubles.none")}</p></section>`;
  }
  const tone = troubles.some((one) => one.tone === "danger") ? "danger" : "warn";
  return html`<section class="panel troubles" aria-labelledby="troubles-title">
    <header class="panel-head"><h2 id="troubles-title">${t("manager.troubles")}</h2>
      <p class=${`chip chip-${tone} figures`} role="status">${t("manager.troubles.count", { n: troubles.length })}</p></header>
    <ul class="scroll" tabindex="0" aria-labelledby="troubles-title">
      ${troubles.map((one) => html`<${Trouble} key=${one.code} ...${one} state=${state} nowMs=${nowMs} ask=${asks[one.code]} />`)}
    </ul>
  </section>`;
}

function Trouble({ code, tone, cases, state, nowMs, ask }) {
  const isKnown = hasWord(`manager.trouble.${code}`);
  const isOfHall = OF_HALL.has(code);
  return html`<li class=${`trouble trouble-${tone}`}>
    <div class="trouble-head">${icon(tone === "danger" ? "circle-alert" : "triangle-alert")}
      <h3>${isKnown ? t(`manager.trouble.${code}`) : t("manager.trouble.other", { code })}</h3>
      ${isOfHall && html`<${Since} atMs=${cases[0].since_at_ms} nowMs=${nowMs} />`}</div>
    ${!isOfHall && html`<${Cases} code=${code} cases=${cases} zones=${state.zones} nowMs=${nowMs} />`}
    ${isKnown && html`<p class="trouble-do">${t(`manager.trouble.${code}.do`)}</p>`}
    ${ask && html`<button type="button" class="button trouble-button" onClick=${ask}>${icon(BUTTONS[code].icon)}${t(BUTTONS[code].word)}</button>`}
    <${Told} code=${code} cases=${cases} />
  </li>`;
}

/** Nothing where the hub does not know since when, or never saw it otherwise. */
function Since({ atMs, nowMs }) {
  return atMs > 0 && html`<span class="trouble-since figures">${spanWords(nowMs - atMs)}</span>`;
}

function Cases({ code, cases, zones, nowMs }) {
  const rest = cases.length - CASES_COUNT_MAX;
  return html`<ul class="cases">
    ${cases.slice(0, CASES_COUNT_MAX).map((one) => html`<li><strong>${subjectWords(code, one, zones)}</strong> <${Since} atMs=${one.since_at_ms} nowMs=${nowMs} /></li>`)}
    ${rest > 0 && html`<li class="figures">${t("manager.troubles.more", { n: rest })}</li>`}
  </ul>`;
}

function subjectWords(code, { subject, detail }, zones) {
  if (OF_CALLS.has(code) && detail !== "") return `${subject} · ${detail}`;
  const zone = zones.find(({ id }) => id === subject);
  return zone === undefined ? subject : named(zone.name);
}

/** The hub's own words, for whoever repairs it; they are in one language. */
function Told({ code, cases }) {
  const details = [...new Set(cases.map(({ detail }) => detail))].filter((detail) => detail !== "" && !OF_CALLS.has(code));
  if (details.length === 0) return null;
  return html`<details class="trouble-told"><summary>${t("manager.troubles.told")}</summary>
    ${details.slice(0, CASES_COUNT_MAX).map((detail) => html`<p lang="en">${detail}</p>`)}</details>`;
}
