/* The largest thing on the page: the number in hand; without one, why there is none and what to do. */

import { clock, minutes } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { hasWord, language, t } from "../../lib/words.js";
import { picture } from "./rules.js";
import { TicketInHand } from "./ticket_in_hand.js";

const ICONS = { lost: "wifi-off", closed: "door-closed", taken: "user", paused: "coffee", idle: "armchair", ready: "megaphone" };

export function InHand({ desk }) {
  const shown = picture(desk.situation.value);
  return html`<section class=${`card in-hand in-hand-${shown}`} aria-label=${t("counter.in_hand")}>
    ${shown === "ticket" ? html`<${TicketInHand} desk=${desk} />` : html`<${Without} desk=${desk} shown=${shown} />`}
    <${Spoken} desk=${desk} />
  </section>`;
}

function Without({ desk, shown }) {
  return html`<div class="without">
    ${icon(ICONS[shown])}
    <div class="stack">
      <h2>${t(`counter.picture.${shown}`)}</h2>
      <p class="without-text">${text(desk, shown)}</p>
      ${desk.live.phase.value === "stopped" && html`<p><a class="button" href=${`/sign-in?next=${location.pathname}`}>${icon("log-in")}${t("counter.sign_in_again")}</a></p>`}
    </div>
  </div>`;
}

function text({ live, nowMs }, shown) {
  const { hall, officer, waiting, since_at_ms: sinceMs, pause_reason: reason } = live.view.value;
  const since = clock(sinceMs, hall.timezone, language.value);
  const params = {
    ready: () => ({ time: minutesSince(waiting[0]?.arrived_at_ms ?? nowMs.value, nowMs) }),
    taken: () => ({ officer: officer.name || t("counter.another"), clock: since }),
    paused: () => ({ reason: reasonWords(reason), clock: since, time: minutesSince(sinceMs, nowMs) }),
  };
  return t(`counter.picture.${shown}_text`, params[shown]?.() ?? {});
}

/** In minutes, for "19:00" beside other times would be read as an hour of the day. */
function minutesSince(atMs, nowMs) {
  return t("common.minutes", { n: minutes(nowMs.value - atMs) });
}

function reasonWords(reason) {
  const key = `counter.pause.${reason}`;
  return t(hasWord(key) ? key : "counter.pause.other");
}

/** A screen reader hears of a new number once, and never of the running times. */
function Spoken({ desk }) {
  const { ticket } = desk.live.view.value;
  const words = ticket === null || desk.isLost.value ? "" : t("counter.spoken", { number: ticket.number, state: t(`counter.ticket.${ticket.state}`) });
  return html`<p class="only-spoken" role="status">${words}</p>`;
}
