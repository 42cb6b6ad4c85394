/* Every key of the page. */

import { html } from "../../lib/html.js";
import { Dialog, Key } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { ACTS } from "./acts.js";
import { Leave } from "./choices.js";
import { areLettersOn, switchLetters } from "./letters.js";

const GROUPS = {
  ticket: ["next", "start", "recall", "no_show", "finish", "result", "park", "transfer", "reprint", "undo"],
  counter: ["open", "pause", "close"],
  page: ["held", "find"],
};

export function HelpDialog({ close }) {
  return html`<${Dialog} title=${t("counter.help")} onClose=${close}>
    <div class="help">
      ${Object.entries(GROUPS).map(([group, acts]) => html`<section key=${group}><h3>${t(`counter.help.${group}`)}</h3>
        <dl>${acts.map((act) => html`<${Row} key=${act} shown=${ACTS[act].key} words=${t(`counter.keys.${act}`)} />`)}
          ${group === "page" && html`<${Row} shown="W" words=${t("counter.keys.warnings")} /><${Row} shown="?" words=${t("counter.keys.help")} /><${Row} shown="Esc" words=${t("counter.keys.escape")} />`}</dl></section>`)}
    </div>
    <p class="quiet small">${t("counter.help.text")}</p>
    <div><label class="row"><input type="checkbox" class="letters" checked=${areLettersOn.value} aria-describedby="letters-hint"
      onChange=${(event) => switchLetters(event.target.checked)} />${t("counter.letters")}</label>
      <p class="quiet small" id="letters-hint">${t("counter.letters_hint")}</p></div>
    <${Leave} onLeave=${close} words=${t("common.close")} /><//>`;
}

function Row({ shown, words }) {
  return html`<div><dt><${Key}>${shown}<//></dt><dd>${words}</dd></div>`;
}
