/* What became of the last press, and the way back from it while there is one. Its place is kept, so nothing jumps. */

import { html, useEffect, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";
import { ActButton } from "./act_button.js";
import { hindrance, isMine } from "./rules.js";

const SLOW_AFTER_MS = 600; // an answer takes some 20 ms; whoever waits longer must see that his press was heard

const ICONS = { good: "circle-check", warn: "triangle-alert", danger: "circle-alert" };

export function MessageLine({ desk }) {
  const isSlow = useSlowness(desk.pending.value);
  const message = desk.message.value;
  return html`<div class="counter-message">
    <div class="counter-said">
      <div role="status">${isSlow ? html`<${Sending} />` : message !== null && html`<${Said} message=${message} />`}</div>
      ${!isSlow && message === null && html`<${Hint} desk=${desk} />`}
    </div>
    <${Undo} desk=${desk} />
  </div>`;
}

function Said({ message }) {
  const { tone, key, params, count } = message;
  return html`<p key=${count} class=${`note note-${tone}`}>${icon(ICONS[tone])}<span>${t(key, params)}</span></p>`;
}

/** For whoever is new here: the usual next step. */
function Hint({ desk }) {
  const { situation, isLost, live } = desk;
  const { ticket } = live.view.value;
  if (ticket === null || isLost.value || !isMine(situation.value)) return null;
  return html`<p class="counter-hint small">${t(`counter.hint.${ticket.state}`)}</p>`;
}

function Sending() {
  return html`<p class="note">${icon("refresh-cw")}<span>${t("counter.sending")}</span></p>`;
}

/** The seconds stand outside of what a screen reader reads out by itself. */
function Undo({ desk }) {
  const { situation, live, nowMs } = desk;
  const why = hindrance("undo", situation.value);
  if (why !== null && why !== "idle_line") return null;
  const leftS = Math.ceil(((live.view.value.undo_until_at_ms ?? 0) - nowMs.value) / 1_000);
  if (leftS <= 0) return null;
  return html`<${ActButton} desk=${desk} action="undo" kind="button-quiet undo">
    ${t("counter.act.undo")} <span class="undo-left figures">${t("counter.undo_left", { n: leftS })}</span><//>`;
}

function useSlowness(pending) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (pending === null) return undefined;
    const alarm = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(alarm);
  }, [pending]);
  return isSlow;
}
