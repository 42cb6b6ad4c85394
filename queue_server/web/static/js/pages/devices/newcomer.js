/* A new device: its code is typed, the hub says which device that is, and it is given its place.
 *
 * The code is typed and never picked from a list: whoever approves has stood before the device that he means.
 */

import { boot } from "../../lib/boot.js";
import { batch, html, useRef, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";
import { approve, devices, done, find, turnAway, waiting } from "./register.js";
import { Trouble } from "./trouble.js";
import { instant, placeName } from "./words.js";

const CODE_CHARS_MAX = 20; // eight symbols, and whatever stands between them

export function Newcomer() {
  const [found, setFound] = useState(null);
  return html`<section class="card stack devices-new" aria-labelledby="devices-new">
    <h2 id="devices-new">${t("devices.new")}</h2>
    ${found === null ? html`<${Typing} onFound=${setFound} />` : html`<${Placing} found=${found} onEnd=${() => setFound(null)} />`}
  </section>`;
}

function Typing({ onFound }) {
  const input = useRef(null);
  const [problem, setProblem] = useState(null);
  const [isSending, setSending] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setSending(true);
    setProblem(null);
    const answer = await find(input.current.value);
    setSending(false);
    if (answer.id !== undefined) {
      done.value = null;
      return onFound({ ...answer, code: input.current.value });
    }
    setProblem(answer.code === "INVALID" ? "NO_CODE" : answer.code);
    return input.current.focus();
  };
  return html`<p class="quiet">${t("devices.new_text")}</p>
    <p class="command"><code>${`${location.origin}/pair`}</code></p>
    <form class="row row-wrap devices-code" onSubmit=${submit} noValidate>
      <div class="field"><label class="label" for="code">${t("devices.code")}</label>
        <input class="input" id="code" name="code" ref=${input} autocomplete="off" autocapitalize="characters" spellcheck=${false}
          maxlength=${CODE_CHARS_MAX} aria-invalid=${problem === null ? null : "true"} required /></div>
      <button class="button" disabled=${isSending}>${t("devices.find")}</button>
    </form>
    <${Trouble} code=${problem} />
    <${Waiting} />`;
}

/** Those that show a code, without it: to see that the device has reached the hub, and to turn a stranger away. */
function Waiting() {
  const [problem, setProblem] = useState(null);
  if (waiting.value.length === 0) return html`<p class="small quiet">${t("devices.nobody")}</p>`;
  const away = async (id) => setProblem((await turnAway(id))?.code ?? null);
  return html`<div class="stack"><h3>${t("devices.waiting")}</h3><${Trouble} code=${problem} />
    <ul class="list" aria-label=${t("devices.waiting")}>${waiting.value.map((one) => html`<li class="devices-waiting" key=${one.id}>
      <span><strong>${t(`devices.wants.${one.wants}`)}</strong> <span class="quiet">${t("devices.asked", { address: one.address, when: instant(one.created_at_ms) })}</span></span>
      <button type="button" class="button button-quiet" onClick=${() => away(one.id)}>${t("devices.turn_away")}</button></li>`)}</ul></div>`;
}

function Placing({ found, onEnd }) {
  const select = useRef(null);
  const [problem, setProblem] = useState(null);
  const [isSending, setSending] = useState(false);
  const places = boot.page.places.filter((one) => found.roles.includes(one.role));
  const submit = async (event) => {
    event.preventDefault();
    const place = places[Number(select.current.value)];
    setSending(true);
    const refusal = await approve(found.id, { code: found.code, hall: place.hall, role: place.role, device: place.id });
    setSending(false);
    if (refusal !== null) return setProblem(refusal.code === "INVALID" ? "NO_CODE" : refusal.code);
    return batch(() => {
      done.value = { what: "approved", name: placeName(place.hall, place.role, place.id) };
      onEnd();
    });
  };
  return html`<form class="stack" onSubmit=${submit}>
    <p class="note">${icon("info")}<span>${t("devices.found", { what: t(`devices.wants.${found.wants}`), address: found.address, when: instant(found.created_at_ms) })}</span></p>
    <div class="field"><label class="label" for="place">${t("devices.place")}</label>
      <select class="input" id="place" ref=${select} autofocus>${found.roles.map((role) => html`<optgroup label=${t(`devices.role.${role}`)} key=${role}>
        ${places.map((one, place) => one.role === role && html`<option value=${place} key=${place}>${optionName(one)}</option>`)}</optgroup>`)}</select></div>
    <${Trouble} code=${problem} />
    <div class="row row-wrap">
      <button class="button" disabled=${isSending || places.length === 0}>${t("devices.approve")}</button>
      <button type="button" class="button button-quiet" onClick=${onEnd}>${t("common.cancel")}</button>
    </div>
  </form>`;
}

/** With its id, which the configuration knows it by; one that has a device already says so. */
function optionName(place) {
  const isTaken = devices.value.some((one) => one.role === place.role && one.hall === place.hall && one.device === place.id && one.kind !== "link");
  const name = placeName(place.hall, place.role, place.id);
  const shown = name === place.id ? name : `${name} · ${place.id}`;
  return isTaken ? t("devices.taken", { name: shown }) : shown;
}
