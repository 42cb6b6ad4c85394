/* The call that fills the eye while it is being made, and stays, quieter, until the next one. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { clock } from "../../lib/format.js";
import { language, named, t } from "../../lib/words.js";
import { Both, BothNames, counterNames } from "./both.js";

const WORD_SIZE = 0.4; // of "Loket" beside its numeral, as in screen.css

export function MainCall({ call, isFeatured, isSounding, timezone }) {
  if (call === null) return html`<div class="main-call main-call-none"><p><${Both} word="screen.no_call" isLong /></p></div>`;
  return html`<div class="main-call" key=${call.call}>
    <p class="main-call-label">
      <${Label} call=${call} isFeatured=${isFeatured} />
      ${!isFeatured && html`<time class="figures">${clock(call.called_at_ms, timezone, language.value)}</time>`}
      ${isSounding && html`<span class="main-call-sound">${icon("volume-2")}<span class="only-spoken">${t("screen.speaking")}</span></span>`}
    </p>
    <p class="main-call-number figures" style=${{ "--chars": call.number.length }}>${call.number}</p>
    <${Counter} name=${call.counter_name} />
  </div>`;
}

/** The word in every language, small, before the one numeral that is large: it needs no language. */
function Counter({ name }) {
  const { numeral, words, names } = counterNames(name);
  const longest = Math.max(...Object.values(words).map((word) => word.length));
  const chars = numeral === null ? name.length : numeral.length + longest * WORD_SIZE;
  return html`<p class=${numeral === null ? "main-call-counter main-call-named" : "main-call-counter"} style=${{ "--chars": chars }}>
    <span class="only-spoken">${named(names)}</span>${icon("arrow-right")}
    ${numeral !== null && html`<span class="main-call-words" aria-hidden="true"><${BothNames} names=${words} isLong /></span>`}
    <span class="main-call-numeral figures" aria-hidden="true">${numeral ?? name}</span>
  </p>`;
}

function Label({ call, isFeatured }) {
  if (!isFeatured) return html`<${Both} word="screen.last_call" />`;
  if (call.times === 1) return html`<${Both} word="common.number" />`;
  return html`<span class="main-call-again">${icon("repeat")}<${Both} word="screen.again" /></span>`;
}

/** What a screen reader says of each call by itself. */
export function SpokenCall({ call }) {
  const text = call === null ? "" : t(call.times > 1 ? "screen.spoken_again" : "screen.spoken", spokenParts(call));
  return html`<p class="only-spoken" role="alert">${text}</p>`;
}

function spokenParts({ number, counter_name }) {
  const { names } = counterNames(counter_name);
  return { number, counter: names[language.value] ?? counter_name };
}
