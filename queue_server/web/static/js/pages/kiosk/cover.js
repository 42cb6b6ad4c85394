/* Nothing that is shown can be trusted any more: the cover says where a number is to be had instead.
 *
 * It says so in all of the hall's languages at once, the chosen one first: whoever comes by was not here to choose.
 */

import { boot } from "../../lib/boot.js";
import { clockWithZone } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { language, t } from "../../lib/words.js";
import { Head } from "./frame.js";

export function LostCover({ live, timezone }) {
  const sinceMs = live.lastNewsAtMs.value;
  const ending = live.ending.value;
  const others = boot.languages.filter((one) => one !== language.value);
  return html`<div class="page page-fixed kiosk kiosk-lost">
    <${Head} name=${live.view.value?.hall.name ?? boot.hall.name} />
    <main class="page-main kiosk-main cover" role="alert">
      ${icon("wifi-off")}
      <h1>${t("kiosk.lost.title")}</h1>
      <p class="cover-text">${t("kiosk.lost.text")}</p>
      ${others.map((lang) => html`<div class="cover-other" lang=${lang} key=${lang}>
        <p class="cover-title">${t("kiosk.lost.title", {}, lang)}</p><p>${t("kiosk.lost.text", {}, lang)}</p></div>`)}
      <p class="quiet figures">${
        ending !== null
          ? t("kiosk.stopped.staff", { code: ending })
          : sinceMs !== null && t("kiosk.lost.since", { clock: clockWithZone(sinceMs, timezone, language.value) })
      }</p>
    </main>
  </div>`;
}
