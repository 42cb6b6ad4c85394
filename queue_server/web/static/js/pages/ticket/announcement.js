/* What a screen reader says by itself: the call at once, and the last steps of the wait. Ordinary movement is silent,
 * for a voice that counts from forty down hides everything else. */

import { html } from "../../lib/html.js";
import { named, t } from "../../lib/words.js";

const SPOKEN_AHEAD_MAX = 3;

export function Announcement({ ticket, isLost }) {
  return html`<div class="only-spoken">
    <p role="alert">${isLost ? "" : call(ticket)}</p>
    <p role="status">${isLost ? "" : progress(ticket)}</p>
  </div>`;
}

function call({ state, number, counter_name, zone_name, calls }) {
  if (state !== "called") return "";
  const again = calls > 1 ? `${t("ticket.called_times", { n: calls })}. ` : ""; // another text, or nothing is read
  return again + t("ticket.called_spoken", { number, counter: counter_name, zone: named(zone_name) });
}

function progress({ state, ahead }) {
  if (state !== "waiting" || ahead === null || ahead > SPOKEN_AHEAD_MAX) return "";
  return ahead === 0 ? t("ticket.you_are_next") : `${t("ticket.ahead")}: ${ahead}`;
}
