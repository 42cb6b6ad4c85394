/* A password that is told to somebody: typed, or made up here; shown on demand. */

import { html, useRef, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";
import { PASSWORD_CHARS_MIN } from "./rules.js";

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"; // 32, without the l, o, 0 and 1 that are misread
const GROUPS = 3;
const GROUP_CHARS = 4; // 12 characters of 5 bits: 60 bits, which argon2 makes out of reach

/** `isNew`: there is none yet, so it is required. `onSuggest(password)` hears of one that was made up. */
export function PasswordField({ isNew, isWrong, onSuggest }) {
  const input = useRef(null);
  const [isShown, setShown] = useState(false);
  const suggest = () => {
    input.current.value = madeUp();
    setShown(true);
    onSuggest(input.current.value);
    input.current.focus();
  };
  return html`<div class="field">
    <div class="row row-wrap spread"><label class="label" for="password">${t(isNew ? "accounts.password" : "accounts.new_password")}</label>
      <label class="row small"><input type="checkbox" class="tick" checked=${isShown} onChange=${(event) => setShown(event.target.checked)} />${t("accounts.show")}</label></div>
    <div class="row accounts-password">
      <input class="input" id="password" name="password" ref=${input} type=${isShown ? "text" : "password"} autocomplete="new-password"
        autocapitalize="none" spellcheck=${false} maxlength="128" required=${isNew} aria-invalid=${isWrong ? "true" : null} aria-describedby="password-hint" />
      <button type="button" class="button button-quiet" onClick=${suggest}>${icon("key-round")}${t("accounts.suggest")}</button>
    </div>
    <p class="small quiet" id="password-hint">${isNew ? "" : `${t("accounts.password_keep")} `}${t("accounts.password_hint", { n: PASSWORD_CHARS_MIN })}</p>
  </div>`;
}

/** "m7kp-3wqz-9hte" */
function madeUp() {
  const letters = [...crypto.getRandomValues(new Uint8Array(GROUPS * GROUP_CHARS))].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return letters.join("").match(new RegExp(`.{${GROUP_CHARS}}`, "g")).join("-");
}
