/* The hall's notice: slow, in every language, stopped by a tap or a key (WCAG 2.2, 2.2.2). Who wants no motion gets it
 * sentence by sentence, standing still. */

import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";
import { languagesShown } from "./both.js";

const CHARS_PER_SECOND = 5; // a third of ordinary reading speed, for one who looks up in the middle of a sentence
const SENTENCE_MS = 12_000;
const SENTENCE_END = /(?<=[.!?])\s+/;

const reducesMotion = matchMedia("(prefers-reduced-motion: reduce)");

export function RunningText({ notice }) {
  const [isPaused, setPaused] = useState(false);
  const parts = languagesShown().filter((lang) => notice[lang]).map((lang) => [lang, notice[lang]]);
  if (parts.length === 0) return null;
  const Text = reducesMotion.matches ? Standing : Running;
  const label = t(isPaused ? "screen.notice_run" : "screen.notice_pause");
  return html`<aside class="notice" aria-label=${t("screen.notice")}>
    <button type="button" aria-label=${label} onClick=${() => setPaused(!isPaused)}>${icon(isPaused ? "play" : "pause")}</button>
    <${Text} parts=${parts} isPaused=${isPaused} />
  </aside>`;
}

/** Two equal copies, moved by the length of one: it never jumps. */
function Running({ parts, isPaused }) {
  const chars = parts.reduce((sum, [, text]) => sum + text.length, 0);
  const style = { animationDuration: `${chars / CHARS_PER_SECOND}s`, animationPlayState: isPaused ? "paused" : "running" };
  return html`<div class="notice-window"><div class="notice-belt" style=${style}>
    <p>${sentences(parts)}</p><p aria-hidden="true">${sentences(parts)}</p>
  </div></div>`;
}

function sentences(parts) {
  return parts.map(([lang, text]) => html`<span lang=${lang}>${text}</span>`);
}

function Standing({ parts, isPaused }) {
  const [place, setPlace] = useState(0);
  const timer = useRef(0);
  const all = parts.flatMap(([lang, text]) => text.split(SENTENCE_END).map((sentence) => [lang, sentence]));
  useEffect(() => {
    if (!isPaused) timer.current = setTimeout(() => setPlace(place + 1), SENTENCE_MS);
    return () => clearTimeout(timer.current);
  }, [place, isPaused]);
  const [lang, sentence] = all[place % all.length];
  return html`<div class="notice-window"><p class="notice-standing" lang=${lang}>${sentence}</p></div>`;
}
