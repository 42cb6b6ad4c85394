/* The start: languages and agencies on one screen, so that the first touch already chooses. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { language, named, t } from "../../lib/words.js";
import { availability, nameParts, opensWords, servicesOf, waitingWords } from "./line.js";
import { CancelledNote, PrinterNote } from "./notes.js";

export function AgencyStep({ live, state, visit, taker }) {
  const canBegin = live.phase.value !== "late" && !taker.isPending.value;
  return html`
    <div class="step-head">
      <h1 tabindex="-1">${t("kiosk.agency.title")}</h1>
      <p class="lead">${t(state.services.length ? "kiosk.agency.lead" : "kiosk.agency.none")}</p>
    </div>
    <${CancelledNote} taker=${taker} />
    <${PrinterNote} printer=${state.printer} />
    <ul class="tiles tiles-agency">
      ${state.agencies.map((agency, place) => html`<li key=${agency.id}>
        <${AgencyTile} agency=${agency} place=${place + 1} state=${state} nowMs=${live.nowMs()}
          isDisabled=${!canBegin} onChoose=${() => visit.chooseAgency(agency.id)} /></li>`)}
      <li class="tile tile-help">
        <p class="tile-name">${t("kiosk.agency.help.title")}</p><p class="tile-gloss">${t("kiosk.agency.help.text")}</p>
      </li>
    </ul>`;
}

function AgencyTile({ agency, place, state, nowMs, isDisabled, onChoose }) {
  const [name, gloss] = nameParts(named(agency.name));
  const services = servicesOf(state, agency.id);
  return html`<button type="button" class=${`tile agency-${place}`} disabled=${isDisabled} onClick=${onChoose}>
    <span class="tile-name">${name}</span>
    ${gloss && html`<span class="tile-gloss">${gloss}</span>`}
    <${AgencyHint} services=${services} nowMs=${nowMs} timezone=${state.hall.timezone} />
  </button>`;
}

/** How many wait in all its lines; where all are closed, when the first of them opens. */
function AgencyHint({ services, nowMs, timezone }) {
  const open = services.filter((one) => availability(one) !== "closed");
  if (open.length > 0) {
    const waiting = open.reduce((sum, one) => sum + one.waiting, 0);
    return html`<span class="tile-hint figures">${icon("users")}${waitingWords(waiting)}</span>`;
  }
  const openings = services.map((one) => one.opens_at_ms).filter((atMs) => atMs !== null);
  const firstMs = openings.length ? Math.min(...openings) : null;
  return html`<span class="tile-hint tile-hint-closed figures">${icon("door-closed")}${opensWords(firstMs, nowMs, timezone, language.value)}</span>`;
}
