/* Whether an account may sign in: shut out after one plain question, let in again without one. */

import { html, useState } from "../../lib/html.js";
import { Dialog } from "../../lib/parts.js";
import { t } from "../../lib/words.js";
import { changeAccount, finish } from "./register.js";
import { problemOf } from "./rules.js";
import { Trouble } from "./trouble.js";

export function Standing({ account }) {
  const [isAsking, setAsking] = useState(false);
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState(null);
  const { name, is_disabled: isDisabled } = account;

  const turn = async () => {
    setSending(true);
    const refusal = await changeAccount(account.account, { disabled: !isDisabled });
    setSending(false);
    setAsking(false);
    if (refusal !== null) return setProblem(problemOf(refusal));
    return finish(isDisabled ? "enabled" : "disabled", { name });
  };

  return html`<div class="accounts-standing">
    <${Trouble} code=${problem} />
    ${isDisabled
      ? html`<span class="chip chip-warn">${t("accounts.disabled")}</span>
        <button type="button" class="button button-quiet" disabled=${isSending} onClick=${turn}>${t("accounts.enable")}</button>`
      : html`<button type="button" class="button button-danger-quiet" onClick=${() => setAsking(true)}>${t("accounts.disable")}</button>`}
    ${isAsking && html`<${Dialog} title=${t("accounts.disable_ask", { name })} onClose=${() => setAsking(false)}>
      <p>${t("accounts.disable_text")}</p>
      <div class="actions">
        <button type="button" class="button button-quiet" onClick=${() => setAsking(false)}>${t("common.cancel")}</button>
        <button type="button" class="button button-danger" disabled=${isSending} onClick=${turn}>${t("accounts.disable_do")}</button>
      </div>
    <//>`}
  </div>`;
}
