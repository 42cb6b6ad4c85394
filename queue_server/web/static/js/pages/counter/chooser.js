/* The choice of counters: those at which this officer may sit, by zone, each with how it stands now. */

import { boot } from "../../lib/boot.js";
import { html, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { LanguageSwitch } from "../../lib/parts.js";
import { isLost, Strip } from "../../lib/strip.js";
import { language, named, t } from "../../lib/words.js";
import { moveFocus } from "./arrows.js";
import { matches } from "./picker.js";
import { signOut } from "./sign_out.js";

export function Chooser({ live }) {
  const view = live.view.value;
  return html`<div class="page chooser">
    <${Strip} live=${live} timezone=${view.hall.timezone} kind="staff" />
    <header class="page-head spread chooser-head">
      <p class="chooser-hall">${view.hall.name}</p>
      <div class="row"><${Who} /><${LanguageSwitch} isShort=${true} /></div>
    </header>
    <main class="page-main chooser-main stack"><${Choice} view=${view} isHidden=${isLost(live)} /></main>
  </div>`;
}

/** In a demonstration nobody signed in, so nobody signs out. */
function Who() {
  const { name, token } = boot.page;
  const [hasFailed, setFailed] = useState(false);
  const leave = async () => setFailed(!(await signOut()));
  return html`<span role="alert">${hasFailed && html`<span class="chip chip-danger">${t("counter.sign_out.failed")}</span>`}</span>
    <span class="chip">${icon("user")}${name}</span>
    ${!token && html`<button type="button" class="button button-quiet head-button" onClick=${leave}>${icon("log-out")}${t("counter.sign_out")}</button>`}`;
}

function Choice({ view, isHidden }) {
  const [typed, setTyped] = useState("");
  const allowed = new Set(boot.page.counters.map(({ id }) => id));
  const counters = view.counters.filter(({ id }) => allowed.has(id)).map((one) => ({ ...one, words: one.name, hint: serviceNames(view, one) }));
  const found = counters.filter((one) => matches(one, typed));
  const goToFirst = (event) => {
    event.preventDefault();
    if (found.length > 0 && typed.trim() !== "") location.assign(addressOf(found[0]));
  };
  if (counters.length === 0) return html`<h1>${t("counter.choose")}</h1><p class="note note-warn">${icon("circle-alert")}<span>${t("counter.choose.none")}</span></p>`;
  return html`
    <h1>${t("counter.choose")}</h1>
    <form class="chooser-find field" onSubmit=${goToFirst}>
      <label class="label" for="find">${t("counter.choose.find")}</label>
      <input class="input" id="find" type="search" autocomplete="off" spellcheck=${false} maxlength="60" autofocus aria-describedby="find-hint"
        value=${typed} onInput=${(event) => setTyped(event.target.value)} />
      <p class="small quiet" id="find-hint" role="status">${found.length === 0 ? t("counter.picker.none") : t("counter.choose.hint")}</p>
    </form>
    <div class="stack" onKeyDown=${(event) => moveFocus(event, "a")}>
      ${view.zones.map((zone) => html`<${Zone} key=${zone.id} zone=${zone} counters=${found.filter((one) => one.zone === zone.id)} isHidden=${isHidden} />`)}
    </div>`;
}

function Zone({ zone, counters, isHidden }) {
  if (counters.length === 0) return null;
  return html`<section><h2 class="chooser-zone">${named(zone.name)}</h2>
    <ul class="chooser-grid">${counters.map((one) => html`<${Counter} key=${one.id} one=${one} isHidden=${isHidden} />`)}</ul></section>`;
}

const CHIPS = { open: "", paused: "chip-warn", closed: "chip-good" };

function Counter({ one, isHidden }) {
  return html`<li><a class="chooser-counter" href=${addressOf(one)}>
    <span class="chooser-name"><strong>${one.name}</strong>
      ${!isHidden && html`<span class=${`chip ${CHIPS[one.state]}`}>${t(`counter.choose.${one.state}`)}</span>`}</span>
    <span class="quiet small">${one.hint}</span>
  </a></li>`;
}

function serviceNames({ services }, { services: served }) {
  return services.filter(({ id }) => served.includes(id)).map(({ name }) => named(name)).join(", ");
}

function addressOf({ id }) {
  return `/halls/${encodeURIComponent(boot.hall.id)}/counter/${encodeURIComponent(id)}?lang=${language.value}`;
}
