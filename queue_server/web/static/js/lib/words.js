/* Every word on a page comes from a catalogue: locale/common.*.json and locale/{page}.*.json, sent in the boot block.
 *
 * A sentence is written so that no number bends a word ("People ahead: {n}"), hence no plural forms.
 */

import { signal } from "../../vendor/signals-core.js";
import { boot } from "./boot.js";

/** The language shown; a page that reads it while drawing is drawn again when it changes. */
export const language = signal(boot.lang);

const PARAMETER = /\{(\w+)\}/g;

/** The sentence with this key in the language shown (or in `lang`); {name} is replaced by params.name. */
export function t(key, params = {}, lang = language.value) {
  const sentence = boot.words[lang]?.[key];
  if (sentence === undefined) return missing(key);
  return sentence.replace(PARAMETER, (_, name) => (name in params ? String(params[name]) : missing(`${key}{${name}}`)));
}

/** Whether the catalogue has this key: for codes that a later hub may send and this page does not know. */
export function hasWord(key) {
  return boot.words[language.value]?.[key] !== undefined;
}

/** A name by language ({id: …, en: …}) in the language shown, else in the hall's first. */
export function named(names, lang = language.value) {
  return names?.[lang] ?? names?.[boot.languages[0]] ?? Object.values(names ?? {})[0] ?? "";
}

/** Shows another language and says so to the browser (screen readers choose their voice by it). */
export function speak(lang) {
  language.value = lang;
  document.documentElement.lang = lang;
}

/** A page in front of citizens shows the key and goes on; under test it fails at once. */
function missing(key) {
  if (boot.strict) throw new Error(`no words for ${key} in ${language.value}`);
  return key;
}
