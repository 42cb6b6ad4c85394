/* Words in every language of the hall: the page's own first and large, the others beside it and quiet. */

import { boot } from "../../lib/boot.js";
import { html } from "../../lib/html.js";
import { language, named, t } from "../../lib/words.js";

const NUMBERED = /^(.*?)\s+(\d{1,3})$/;

/** The page's language first. */
export function languagesShown() {
  return [language.value, ...boot.languages.filter((lang) => lang !== language.value)];
}

/** A sentence of the catalogue in each language. `isLong`: the others stand below and not behind a dot. */
export function Both({ word, params = {}, isLong = false }) {
  return joined(languagesShown().map((lang) => [lang, t(word, params, lang)]), isLong);
}

/** A name by language; a name that is the same in both is written once. */
export function BothNames({ names, isLong = false }) {
  const all = languagesShown().map((lang) => [lang, named(names, lang)]);
  return joined(all.filter(([, name], place) => all.findIndex(([, other]) => other === name) === place), isLong);
}

function joined(texts, isLong) {
  return html`<span class=${isLong ? "both both-long" : "both"}>${texts.map(
    ([lang, text], place) => html`<span lang=${lang} class=${place === 0 ? "first" : "other"}>${text}</span>`,
  )}</span>`;
}

/** A counter's name as a citizen looks for it: {numeral, words: by language, names: by language}. "Loket 3" is
 * "Counter 3" in English; a proper name ("Anjungan Mandiri") has no numeral and is the same in every language. */
export function counterNames(name) {
  const [, word, numeral] = NUMBERED.exec(name) ?? [];
  const words = Object.fromEntries(languagesShown().map((lang) => [lang, t("common.counter", {}, lang)]));
  const isGeneric = Object.values(words).some((known) => known.toLowerCase() === word?.toLowerCase());
  if (!isGeneric) return { numeral: null, words: {}, names: { [language.value]: name } };
  const names = Object.fromEntries(Object.entries(words).map(([lang, known]) => [lang, `${known} ${numeral}`]));
  return { numeral, words, names };
}

/** The plate at which to look: a numeral where the counter has one, else its name. */
export function CounterPlate({ name }) {
  const { numeral, names } = counterNames(name);
  if (numeral === null) return html`<span class="plate plate-name">${name}</span>`;
  return html`<span class="plate"><span class="only-spoken">${named(names)}</span><span aria-hidden="true">${numeral}</span></span>`;
}
