/* What a citizen must know before he takes a number: no paper, a number that is void, why there was none. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { hasWord, t } from "../../lib/words.js";

const OUT_OF_ORDER = new Set(["paper_out", "failed", "offline"]);

/** Nothing while paper comes. */
export function PrinterNote({ printer }) {
  if (printer === null) return html`<${Note} picture="info">${t("kiosk.printer.none")}<//>`;
  if (!OUT_OF_ORDER.has(printer.status)) return null;
  return html`<${Note} kind="warn" picture="printer">${t(`kiosk.printer.${printer.status}`)}<//>`;
}

/** After an outage: the number that came too late for the one who asked for it. */
export function CancelledNote({ taker }) {
  const number = taker.cancelledNumber.value;
  if (number === null) return null;
  return html`<${Note} kind="warn" picture="circle-alert" role="alert">${t("kiosk.cancelled", { number })}<//>`;
}

/** A refusal in words; a code that a later hub sends is shown for the staff. */
export function RefusedNote({ code }) {
  const key = `kiosk.refused.${code}`;
  const words = hasWord(key) ? t(key) : t("kiosk.refused.other", { code });
  return html`<${Note} kind="danger" picture="circle-alert" role="alert">${words}<//>`;
}

function Note({ kind = "plain", picture, role, children }) {
  return html`<p class=${`note note-${kind} kiosk-note`} role=${role}>${icon(picture)}<span>${children}</span></p>`;
}
