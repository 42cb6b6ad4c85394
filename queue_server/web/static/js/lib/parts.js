/* Small pieces that several pages share: language switch, key hint, number plate, dialog. */

import { boot } from "./boot.js";
import { html, useLayoutEffect, useRef } from "./html.js";
import { language, speak, t } from "./words.js";

/** Buttons for the hall's languages, each in its own words, or `isShort` with their codes. `onChange(lang)` hears of it. */
export function LanguageSwitch({ onChange = () => {}, isShort = false }) {
  const choose = (lang) => {
    speak(lang);
    onChange(lang);
  };
  return html`<div class="language-switch" role="group" aria-label=${t("common.language")}>
    ${boot.languages.map((lang) => {
      const name = t("common.language_name", {}, lang);
      return html`<button type="button" lang=${lang} aria-pressed=${lang === language.value ? "true" : "false"}
        aria-label=${isShort ? name : null} onClick=${() => choose(lang)}>${isShort ? lang.toUpperCase() : name}</button>`;
    })}
  </div>`;
}

/** The key that does the same as the button it stands on. */
export function Key({ children }) {
  return html`<kbd aria-hidden="true">${children}</kbd>`;
}

/** A ticket's number; hidden as dots while the page is lost. `size`: "s", "m", "l", "xl". */
export function NumberPlate({ number, size = "m", isHidden = false }) {
  return html`<span class=${`number number-${size}`}>${isHidden ? html`<span aria-hidden="true">· · ·</span>` : number}</span>`;
}

/** A dialog above the page: keeps the focus, Escape and the backdrop call onClose. Put its buttons last, in .actions. */
export function Dialog({ title, onClose, children }) {
  const ref = useRef(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  const closeOnBackdrop = (event) => event.target === ref.current && onClose();
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog class="dialog" ref=${ref} aria-labelledby="dialog-title" onCancel=${cancel} onClick=${closeOnBackdrop}>
    <div class="dialog-body"><h2 id="dialog-title">${title}</h2>${children}</div>
  </dialog>`;
}
