/* The honest strip: says that what is shown may be old (late), is hidden (lost), or will not come back (stopped).
 *
 * A page puts <${Strip} live=${live} timezone=${…} /> at its top, and hides its numbers while isLost(live).
 */

import { clockWithZone } from "./format.js";
import { html } from "./html.js";
import { icon } from "./icons.js";
import { language, t } from "./words.js";

const ICONS = { late: "wifi-off", lost: "wifi-off", stopped: "circle-alert" };

/** Numbers must be hidden: what the page has is a minute old or more. */
export function isLost(live) {
  return live.phase.value === "lost" || live.phase.value === "stopped";
}

/** Nothing while live or connecting. `kind` chooses the words: strip.lost.{kind}, say "ask at the desk". */
export function Strip({ live, timezone, kind = "citizen" }) {
  const phase = live.phase.value;
  if (!(phase in ICONS)) return html`<div class="strip-place" role="status"></div>`;
  return html`<div class="strip-place" role="status">
    <div class=${`strip strip-${phase}`}>${icon(ICONS[phase])}<p>${sentence(live, phase, timezone, kind)}</p></div>
  </div>`;
}

function sentence(live, phase, timezone, kind) {
  if (phase === "stopped") return t(`strip.stopped.${kind}`);
  const atMs = live.lastNewsAtMs.value;
  const since = atMs === null ? "" : ` ${t("strip.since", { clock: clockWithZone(atMs, timezone, language.value) })}`;
  return phase === "late" ? t("strip.late") + since : t(`strip.lost.${kind}`) + since;
}
