/* Every page of the hall, for whoever sets the devices up. In a demonstration each opens with one click. */

import { boot } from "../../lib/boot.js";
import { html, render } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { LanguageSwitch } from "../../lib/parts.js";
import { named, t } from "../../lib/words.js";

const MARK = new URL("../../../mark.svg", import.meta.url).pathname;

const hall = boot.hall;
const { halls, kiosks, screens, zones, counters, demo, signed_in: signedIn } = boot.page;
const base = `/halls/${encodeURIComponent(hall.id)}`;
const address = (kind, id) => `${base}/${kind}/${encodeURIComponent(id)}`;

function Start() {
  return html`<div class="page start">
    <header class="page-head spread start-head">
      <span class="row start-name"><img src=${MARK} alt="" width="44" height="44" /><span>Antrean</span></span>
      <div class="row"><${Who} /><${LanguageSwitch} isShort=${true} /></div>
    </header>
    <main class="page-main start-main">
      <div class="start-title stack">
        <h1>${hall.name}</h1>
        <p class="quiet">${t("start.text")}</p>
        ${demo && html`<p class="note note-good start-demo">${icon("info")}<span>${t("start.demo")}</span></p>`}
      </div>
      <div class="start-grid">
        <${Section} name="kiosks" picture="ticket"><${Links} rows=${kiosks.map((one) => [address("kiosk", one.id), named(one.name), one.id])} /><${HowToLink} role="kiosk" id=${kiosks[0]?.id} /><//>
        <${Section} name="screens" picture="monitor"><${Links} rows=${screens.map((one) => [address("screen", one.id), zoneName(one.zone), one.id])} /><${HowToLink} role="display" id=${screens[0]?.id} /><//>
        <${Section} name="staff" picture="users"><${Links} rows=${staffRows()} /><//>
      </div>
      <${Section} name="counters" picture="user"><${Counters} /><//>
      ${halls.length > 0 && html`<${Section} name="halls" picture="monitor"><${Links} rows=${halls.map((one) => [`/?hall=${encodeURIComponent(one.id)}`, one.name, one.id])} /><//>`}
    </main>
  </div>`;
}

function Who() {
  if (signedIn === null) return demo ? null : html`<a class="button button-quiet" href="/sign-in?next=/">${icon("log-in")}${t("start.sign_in")}</a>`;
  return html`<span class="chip">${icon("user")}${signedIn.name ?? t(`start.role.${signedIn.role}`)}</span>`;
}

function Section({ name, picture, children }) {
  return html`<section class="card start-section" aria-labelledby=${`start-${name}`}>
    <h2 class="row" id=${`start-${name}`}>${icon(picture)}${t(`start.${name}`)}</h2>
    <p class="quiet small">${t(`start.${name}_text`)}</p>
    ${children}
  </section>`;
}

function Links({ rows }) {
  return html`<ul class="start-links">
    ${rows.map(([href, name, more]) => html`<li><a class="list-row" href=${href}><span class="grow"><strong>${name}</strong>${more && html`<br /><span class="quiet small">${more}</span>`}</span>${icon("arrow-right")}</a></li>`)}
  </ul>`;
}

/** Outside a demonstration a device's page opens only to the device: by a code that it shows, or a link that works once. */
function HowToLink({ role, id }) {
  if (demo || id === undefined) return null;
  return html`<div class="start-command"><p class="small"><a href="/pair">${t("start.pair")}</a></p><p class="small quiet">${t("start.link_hint")}</p>
    <p class="command"><code>antrean link --role ${role} --hall ${hall.id} --id ${id}</code></p></div>`;
}

function staffRows() {
  return [
    [`${base}/counter`, t("start.choose_counter"), t("start.choose_counter_text")],
    [`${base}/manager`, t("start.manager"), t("start.manager_text")],
    ["/accounts", t("start.accounts"), t("start.accounts_text")],
    ["/devices", t("start.devices"), t("start.devices_text")],
  ];
}

function Counters() {
  return html`<div class="start-zones">
    ${zones.map((zone) => html`<div class="stack"><h3>${named(zone.name)}</h3>
      <ul class="start-tiles">
        ${counters.filter((one) => one.zone === zone.id).map((one) => html`<li><a class="start-tile" href=${address("counter", one.id)}>${one.name}</a></li>`)}
      </ul></div>`)}
  </div>`;
}

function zoneName(id) {
  return named(zones.find((zone) => zone.id === id)?.name);
}

render(html`<${Start} />`, document.getElementById("app"));
