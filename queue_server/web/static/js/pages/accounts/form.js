/* The one form: a new account, or what is to be different about one. What it holds lives here until it is sent. */

import { boot } from "../../lib/boot.js";
import { Field } from "../../lib/door.js";
import { html, useRef, useState } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { t } from "../../lib/words.js";
import { CountersChoice } from "./counters_choice.js";
import { PasswordField } from "./password_field.js";
import { accounts, changeAccount, finish, makeAccount } from "./register.js";
import { RoleChoice } from "./role_choice.js";
import { changesOf, fault, FIELD_OF, problemOf } from "./rules.js";
import { Standing } from "./standing.js";
import { Trouble } from "./trouble.js";

/** `account` null: a new one. */
export function AccountForm({ account }) {
  const form = useRef(null);
  const [problem, setProblem] = useState(null);
  const [isSending, setSending] = useState(false);
  const [role, setRole] = useState(account?.role ?? "officer");
  const [counters, setCounters] = useState(known(account?.counters ?? null));
  const [suggested, setSuggested] = useState(null);
  const isNew = account === null;
  const isOwn = account?.account === boot.page.account;

  const fail = (code) => {
    setProblem(code);
    setSending(false);
    form.current.querySelector(`[data-field="${FIELD_OF[code]}"] input:checked, #${FIELD_OF[code]}`)?.focus();
  };

  const submit = async (event) => {
    event.preventDefault();
    const held = { ...written(form.current, account), role, counters };
    const others = accounts.value.filter((one) => one !== account);
    const wrong = fault(held, others);
    if (wrong !== null) return fail(wrong);
    const changes = isNew ? held : changesOf(account, held);
    if (Object.keys(changes).length === 0) return (location.hash = "");
    setSending(true);
    setProblem(null);
    const refusal = await (isNew ? makeAccount(changes) : changeAccount(account.account, changes));
    if (refusal !== null) return fail(problemOf(refusal));
    return finish(doneBy(isNew, changes), {
      account: account?.account,
      name: held.name,
      password: held.password === suggested ? suggested : null,
    });
  };

  const marks = (field) => FIELD_OF[problem] === field;
  /** Beside its field, for on a phone the end of the form is far away; undefined: what belongs to no field. */
  const troubleAt = (field) => html`<${Trouble} code=${marks(field) ? problem : null} />`;
  return html`
    <div class="accounts-top">
      <div class="accounts-title">
        <a class="accounts-back" href="#">${icon("arrow-left")}${t("accounts.title")}</a>
        <h1 tabindex="-1">${isNew ? t("accounts.new") : account.name}</h1>
      </div>
      ${!isNew && !isOwn && html`<${Standing} account=${account} />`}
    </div>
    <form class="accounts-form" ref=${form} onSubmit=${submit} noValidate>
      <div class="card stack">
        ${isNew && html`<${Field} id="name" label=${t("accounts.name")} hint=${t("accounts.name_hint")} autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="80" required isWrong=${marks("name")} />`}
        ${troubleAt("name")}
        <${RoleChoice} role=${role} isFixed=${isOwn} onChoose=${setRole} />
        ${!isNew && html`<input hidden readonly autocomplete="username" value=${account.name} />`}
        <${PasswordField} isNew=${isNew} isWrong=${marks("password")} onSuggest=${setSuggested} />
        ${troubleAt("password")}
      </div>
      <div class="card stack">
        <${CountersChoice} chosen=${counters} isWrong=${marks("counters")} onChoose=${setCounters} />
        ${troubleAt("counters")}
      </div>
      <div class="accounts-end">
        ${troubleAt(undefined)}
        ${!isNew && html`<p class="small quiet">${t(isOwn ? "accounts.own_text" : "accounts.change_text")}</p>`}
        <div class="row row-wrap">
          <button class="button button-large" disabled=${isSending}>${t(isSending ? "accounts.sending" : isNew ? "accounts.make" : "accounts.save")}</button>
          <a class="button button-quiet button-large" href="#">${t("common.cancel")}</a>
        </div>
      </div>
    </form>`;
}

/** Counters that the hall no longer has are not offered, so they are not kept either. */
function known(ids) {
  return ids === null ? null : ids.filter((id) => boot.page.counters.some((one) => one.id === id));
}

/** What was typed. A password that was left empty stays as it is, where there is one. */
function written(form, account) {
  const password = form.elements.password.value;
  return {
    name: account === null ? form.elements.name.value.trim() : account.name,
    password: account !== null && password === "" ? null : password,
  };
}

/** Which sentence tells it; the password is what somebody must be told of, so it comes first. */
function doneBy(isNew, changes) {
  if (isNew) return "made";
  return "password" in changes ? "password" : "changed";
}
