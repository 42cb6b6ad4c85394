/* What becomes of a ticket's paper. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";

/** "printing", "printed", "on_screen", "abandoned", or null: none was asked for. The view knows it better than the outcome. */
export function paperOf(state, ticket) {
  if (ticket === null) return null;
  const known = state?.tickets.find((one) => one.id === ticket.id);
  return (known ?? ticket).print ?? null;
}

/** The citizen must remember the number: there is no paper and none will come while he stands here. */
export function isWithoutPaper(paper) {
  return paper !== "printing" && paper !== "printed";
}

export function Paper({ paper }) {
  if (isWithoutPaper(paper)) {
    return html`<div class="paper paper-none" role="status">${icon("info")}
      <p><strong>${t("kiosk.paper.none")}</strong> ${t("kiosk.paper.none_hint")}</p></div>`;
  }
  return html`<div class=${`paper paper-${paper}`} role="status">
    ${icon(paper === "printed" ? "circle-check" : "printer")}<p><strong>${t(`kiosk.paper.${paper}`)}</strong></p></div>`;
}
