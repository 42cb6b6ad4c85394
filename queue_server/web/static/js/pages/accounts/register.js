/* What the page knows of the accounts, and its requests. Every answer is the whole list: nothing is guessed here. */

import { boot } from "../../lib/boot.js";
import { batch, signal } from "../../lib/html.js";
import { post } from "../../lib/post.js";

const PATH = "/api/v1/accounts";

/** [{account, name, role, counters (null: every one), is_disabled, created_at_ms, …}] by name. */
export const accounts = signal(boot.page.accounts);

/** "": the list; "new", or the account whose form is open. */
export const shown = signal(location.hash.slice(1));

/** {what, name, password (only where this page made it up)} of the last change, told above the list; null: none. */
export const done = signal(null);

/** Why leaving did not work; null: nothing went wrong. */
export const problem = signal(null);

addEventListener("hashchange", () => {
  batch(() => {
    shown.value = location.hash.slice(1);
    problem.value = null;
    if (shown.value !== "") done.value = null;
  });
});

/** Null when it is made; else {code, path} of the refusal. */
export function makeAccount(wish) {
  return sent("POST", PATH, wish);
}

/** Likewise; `changes` names only what is to be different. */
export function changeAccount(account, changes) {
  return sent("PATCH", `${PATH}/${encodeURIComponent(account)}`, changes);
}

/** Back to the list, above which it is told. Whoever changed his own account was signed out by that. */
export function finish(what, { account = null, name, password = null }) {
  if (account !== null && account === boot.page.account) {
    location.assign("/sign-in?next=/accounts");
    return;
  }
  done.value = { what, name, password };
  location.hash = "";
}

export async function signOut() {
  const answer = await post("/api/v1/session", undefined, { method: "DELETE" });
  if (answer.ok) location.assign("/sign-in");
  else problem.value = "SIGN_OUT";
}

async function sent(method, path, body) {
  const answer = await post(path, body, { method, token: boot.page.token });
  if (answer.ok) {
    accounts.value = answer.body;
    return null;
  }
  if (answer.status === 0) return { code: "OFFLINE", path: null };
  return { code: answer.body.code, path: answer.body.errors?.[0]?.path ?? null };
}
