/* Name and password for whoever works here; then back to the page that asked. */

import { boot } from "../../lib/boot.js";
import { Door, Field } from "../../lib/door.js";
import { html, render, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { post } from "../../lib/post.js";
import { hasWord, t } from "../../lib/words.js";

function SignIn() {
  const [problem, setProblem] = useState(null);
  const [isSending, setSending] = useState(false);
  const [isShown, setShown] = useState(false);

  const submit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    setSending(true);
    setProblem(null);
    const answer = await post("/api/v1/session", { name: form.name.value, password: form.password.value });
    if (answer.ok) {
      location.assign(boot.page.next || answer.body.go);
      return;
    }
    setSending(false);
    setProblem(answer.status === 0 ? "OFFLINE" : answer.body.code);
    form.password.focus();
  };

  return html`<${Door} title=${t("sign_in.title")}>
    <p class="quiet">${t("sign_in.for_whom")}</p>
    ${boot.page.plain && html`<p class="note note-warn">${icon("triangle-alert")}<span>${t("sign_in.plain")}</span></p>`}
    <form class="stack" onSubmit=${submit}>
      <${Field} id="name" label=${t("sign_in.name")} autocomplete="username" autocapitalize="none" spellcheck=${false} required autofocus isWrong=${problem === "UNAUTHENTICATED"} />
      <${Field} id="password" label=${t("sign_in.password")} type=${isShown ? "text" : "password"} autocomplete="current-password" required isWrong=${problem === "UNAUTHENTICATED"} />
      <label class="row"><input type="checkbox" class="tick" checked=${isShown} onChange=${(event) => setShown(event.target.checked)} />${t("sign_in.show")}</label>
      <div role="alert">${problem && html`<p class="note note-danger">${icon("circle-alert")}<span>${said(problem)}</span></p>`}</div>
      <button class="button button-large button-wide" disabled=${isSending}>${icon("log-in")}${t(isSending ? "sign_in.sending" : "sign_in.submit")}</button>
    </form>
    <p class="small quiet">${t("sign_in.forgotten")}</p>
    <p class="small quiet">${t("sign_in.device")} <a href="/pair">${t("sign_in.pair")}</a></p>
  <//>`;
}

function said(code) {
  const key = `sign_in.refused.${code}`;
  return t(hasWord(key) ? key : "sign_in.refused.other");
}

render(html`<${SignIn} />`, document.getElementById("app"));
