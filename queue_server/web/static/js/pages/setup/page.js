/* The first start: whoever holds the one-time code chooses the name and password of the first administrator. */

import { Door, Field } from "../../lib/door.js";
import { html, render, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { post } from "../../lib/post.js";
import { hasWord, t } from "../../lib/words.js";

const PASSWORD_CHARS_MIN = 10; // as the hub's

const code = decodeURIComponent(location.hash.slice(1));
history.replaceState(null, "", location.pathname); // the code must not stay in the history

function Setup() {
  const [problem, setProblem] = useState(code === "" ? "NO_CODE" : null);
  const [isSending, setSending] = useState(false);
  const [isShown, setShown] = useState(false);

  const submit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const [name, password] = [form.name.value.trim(), form.password.value];
    if ([...password].length < PASSWORD_CHARS_MIN) {
      setProblem("SHORT");
      form.password.focus();
      return;
    }
    setSending(true);
    setProblem(null);
    const answer = await post("/api/v1/setup", { code, name, password });
    if (answer.ok) {
      location.replace(answer.body.go);
      return;
    }
    setSending(false);
    setProblem(answer.status === 0 ? "OFFLINE" : answer.body.code);
  };

  return html`<${Door} title=${t("setup.title")}>
    <p class="quiet">${t("setup.text")}</p>
    <form class="stack" onSubmit=${submit}>
      <${Field} id="name" label=${t("setup.name")} hint=${t("setup.name_hint")} autocomplete="username" autocapitalize="none" spellcheck=${false} maxlength="64" required />
      <${Field} id="password" label=${t("setup.password")} hint=${t("setup.password_hint", { n: PASSWORD_CHARS_MIN })} type=${isShown ? "text" : "password"} autocomplete="new-password" required isWrong=${problem === "SHORT"} />
      <label class="row"><input type="checkbox" class="tick" checked=${isShown} onChange=${(event) => setShown(event.target.checked)} />${t("setup.show")}</label>
      <div role="alert">${problem && html`<p class="note note-danger">${icon("circle-alert")}<span>${said(problem)}</span></p>`}</div>
      <button class="button button-large button-wide" disabled=${isSending || code === ""}>${icon("key-round")}${t(isSending ? "setup.sending" : "setup.submit")}</button>
    </form>
  <//>`;
}

function said(problem) {
  const key = `setup.refused.${problem}`;
  return t(hasWord(key) ? key : "setup.refused.other", { n: PASSWORD_CHARS_MIN });
}

render(html`<${Setup} />`, document.getElementById("app"));
