/* What is wrong around this counter, in words and since when. */

import { clock } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Dialog } from "../../lib/parts.js";
import { hasWord, language, t } from "../../lib/words.js";
import { Leave } from "./choices.js";

export function WarningsDialog({ desk, close }) {
  const { warnings, hall } = desk.live.view.value;
  return html`<${Dialog} title=${t("counter.warnings")} onClose=${close}>
    ${warnings.length === 0 && html`<p class="note note-good">${icon("circle-check")}<span>${t("counter.warnings.none")}</span></p>`}
    <ul class="warnings">
      ${warnings.map((one) => html`<li class="note note-warn" key=${`${one.code} ${one.subject}`}>${icon("triangle-alert")}
        <span>${words(one)}${one.since_at_ms > 0 && html` <span class="small">${t("counter.warnings.since", { clock: clock(one.since_at_ms, hall.timezone, language.value) })}</span>`}</span></li>`)}
    </ul>
    <${Leave} onLeave=${close} words=${t("common.close")} /><//>`;
}

function words({ code, subject }) {
  const key = `counter.warning.${code}`;
  return hasWord(key) ? t(key, { subject }) : t("counter.warning.other", { code, subject });
}
