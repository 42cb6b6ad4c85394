/* Where one stands and what time it is. */

import { html } from "../../lib/html.js";
import { clock, longDate, zoneName } from "../../lib/format.js";
import { icon } from "../../lib/icons.js";
import { language, t } from "../../lib/words.js";
import { BothNames, languagesShown } from "./both.js";

export function Head({ state, nowMs, isMuted }) {
  const { timezone, name } = state.hall;
  const dates = Object.fromEntries(languagesShown().map((lang) => [lang, longDate(nowMs, timezone, lang)]));
  return html`<header class="screen-head">
    <div class="screen-place">
      <h1>${name}</h1>
      <p><${BothNames} names=${state.zone_name} /></p>
    </div>
    ${isMuted && html`<p class="screen-muted" title=${t("screen.muted")}>${icon("volume-x")}<span class="only-spoken">${t("screen.muted")}</span></p>`}
    <div class="screen-time">
      <p class="screen-date"><${BothNames} names=${dates} isLong /></p>
      <p class="screen-clock figures"><time>${clock(nowMs, timezone, language.value)}</time> <span>${zoneName(timezone, language.value, nowMs)}</span></p>
    </div>
  </header>`;
}
