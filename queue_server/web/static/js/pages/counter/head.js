/* The top of the page: which counter, how it stands, who sits at it, his break, what is wrong, the time. */

import { boot } from "../../lib/boot.js";
import { clock, clockWithZone } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Key, LanguageSwitch } from "../../lib/parts.js";
import { language, t } from "../../lib/words.js";
import { ActButton } from "./act_button.js";
import { ask } from "./acts.js";
import { isMine } from "./rules.js";

export function Head({ desk }) {
  const { view } = desk.situation.value;
  return html`<header class="page-head counter-head">
    <h1>${view.name}</h1>
    <${Standing} desk=${desk} />
    <a class="counter-change small" href=${`/halls/${encodeURIComponent(boot.hall.id)}/counter?lang=${language.value}`}>${t("counter.change")}</a>
    <div class="counter-head-end">
      <${OwnCounter} desk=${desk} />
      <${Warnings} desk=${desk} />
      <button type="button" class="button button-quiet head-button" aria-keyshortcuts="?" aria-label=${t("counter.help")} onClick=${() => ask(desk, "help")}>
        ${icon("keyboard")}<${Key}>?<//></button>
      <${LanguageSwitch} isShort=${true} />
      <${Clock} desk=${desk} />
    </div>
  </header>`;
}

const CHIPS = { open: "chip-good", paused: "chip-warn", closed: "" };

function Standing({ desk }) {
  if (desk.isLost.value) return null;
  const { view } = desk.situation.value;
  const isOwn = isMine(desk.situation.value);
  const isForeign = view.officer !== null && !isOwn;
  const since = { clock: clock(view.since_at_ms, view.hall.timezone, language.value) };
  return html`<p class=${`counter-standing ${isOwn ? "counter-standing-own" : ""}`}>
    <span class=${`chip ${isForeign ? "chip-warn" : CHIPS[view.state]}`}>${isForeign ? t("counter.state.foreign") : t(`counter.state.${view.state}`)}</span>
    <span class="quiet small">${view.officer === null ? boot.page.name : t("counter.since", { officer: view.officer.name || "?", ...since })}</span>
  </p>`;
}

/** His break and his leaving: only where the counter is his, and in their own places. */
function OwnCounter({ desk }) {
  if (!isMine(desk.situation.value)) return null;
  const isPaused = desk.live.view.value.state === "paused";
  return html`
    ${!isPaused && html`<${ActButton} desk=${desk} action="pause" kind="button-quiet head-button" />`}
    <${ActButton} desk=${desk} action="close" kind="button-quiet head-button" />`;
}

function Warnings({ desk }) {
  const { warnings } = desk.live.view.value;
  if (warnings.length === 0 || desk.isLost.value) return null;
  const words = t("counter.warnings_count", { n: warnings.length });
  return html`<button type="button" class="button head-button head-warnings" aria-keyshortcuts="W" aria-label=${words} title=${words}
    onClick=${() => ask(desk, "warnings")}>${icon("triangle-alert")}<span class="figures">${warnings.length}</span><${Key}>W<//></button>`;
}

function Clock({ desk }) {
  return html`<p class="counter-clock figures">${clockWithZone(desk.nowMs.value, desk.live.view.value.hall.timezone, language.value)}</p>`;
}
