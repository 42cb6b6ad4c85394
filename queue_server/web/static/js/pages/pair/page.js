/* A new device shows a code and waits until an administrator says what it is; then it goes to its own page.
 *
 * The secret that it asks with lives in this page's memory alone, is not the code, and never stands in an address.
 * Nobody may be standing here: a code that ran out is replaced by itself, and a hub that is away is waited for.
 */

import { boot } from "../../lib/boot.js";
import { Door } from "../../lib/door.js";
import { clockWithZone } from "../../lib/format.js";
import { html, render, signal } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { post } from "../../lib/post.js";
import { language, t } from "../../lib/words.js";

const PATH = "/api/v1/pairings";
const AGAIN_MS = 5_000; // the hub is away: a device is back soon after it is
const FULL_MS = 30_000; // too many wait: codes live ten minutes, so hurrying helps nobody
const TOO_MANY = 429;
const SERVER_ERROR = 500;
const UNAUTHENTICATED = 401;

/** starting, waiting, offline (with or without a code), full, ended (withdrawn: somebody here must want a new one). */
const step = signal("starting");
/** {code, secret, expires_at_ms, ask_after_ms}, or null. */
const own = signal(null);

let endsAtMs = 0; // by this machine's steady clock: the hub's wall clock may be another

async function begin() {
  step.value = "starting";
  own.value = null;
  const sinceMs = performance.now();
  const answer = await post(PATH, { wants: "page" });
  if (!answer.ok) return later(begin, answer);
  own.value = answer.body;
  endsAtMs = sinceMs + boot.page.lives_ms;
  step.value = "waiting";
  setTimeout(ask, answer.body.ask_after_ms);
}

async function ask() {
  const answer = await post(`${PATH}/ask`, { secret: own.value.secret });
  if (answer.ok && answer.body.state === "approved") return location.replace(answer.body.go);
  if (answer.status === UNAUTHENTICATED) return performance.now() >= endsAtMs ? begin() : end();
  if (!answer.ok) return later(ask, answer);
  step.value = "waiting";
  setTimeout(ask, own.value.ask_after_ms);
}

/** Withdrawn, or the hub knows nothing of it any more. It does not ask by itself again: it was told no. */
function end() {
  own.value = null;
  step.value = "ended";
}

function later(what, { status }) {
  const isFull = status === TOO_MANY && own.value === null;
  if (status !== 0 && status !== TOO_MANY && status < SERVER_ERROR) return end();
  step.value = isFull ? "full" : "offline";
  setTimeout(what, isFull ? FULL_MS : AGAIN_MS);
}

function Pair() {
  return html`<${Door} title=${t("pair.title")}>
    ${own.value !== null && html`<${Code} />`}
    <div class="stack" role="status">
      ${step.value === "starting" && html`<p class="quiet">${t("pair.starting")}</p>`}
      ${step.value === "waiting" && html`<p class="row quiet">${icon("clock")}<span>${t("pair.waiting")}</span></p>`}
      ${["offline", "full", "ended"].includes(step.value) && html`<p class="note note-warn">${icon("triangle-alert")}<span>${t(`pair.${step.value}`)}</span></p>`}
    </div>
    ${step.value === "ended" && html`<button type="button" class="button button-large button-wide" onClick=${begin}>${t("pair.again")}</button>`}
  <//>`;
}

function Code() {
  const { code, expires_at_ms: untilMs } = own.value;
  return html`<div class="stack pair-code">
    <p>${t("pair.how")}</p>
    <p class="pair-address"><strong>${`${location.host}/devices`}</strong></p>
    <p class="number pair-symbols" translate="no" aria-label=${[...code.replace("-", "")].join(" ")}>${code}</p>
    <p class="small quiet">${t("pair.until", { clock: clockWithZone(untilMs, boot.hall.timezone, language.value) })}</p>
  </div>`;
}

render(html`<${Pair} />`, document.getElementById("app"));
begin();
