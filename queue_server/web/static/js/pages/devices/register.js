/* What the page knows of devices, and its requests. The hub's answers are whole lists: nothing is guessed here. */

import { boot } from "../../lib/boot.js";
import { batch, signal } from "../../lib/html.js";
import { post } from "../../lib/post.js";

const PATH = "/api/v1/devices";
const PAIRINGS = "/api/v1/pairings";
const LOOK_EVERY_MS = 5_000; // a device that was just switched on appears while one walks back to the desk

/** [{id, kind, role, hall, device, name, created_at_ms, expires_at_ms, seen_at_ms, connected}], newest first. */
export const devices = signal(boot.page.devices);

/** [{id, wants, address, created_at_ms, expires_at_ms}] of those that show a code, oldest first. */
export const waiting = signal(boot.page.waiting);

/** {what, name} of what was last done, told above the lists; null: nothing. */
export const done = signal(null);

/** Why the last thing did not work, where it belongs to no form; null: nothing went wrong. */
export const problem = signal(null);

/** The device whose display shows the code, or {code, path} of the refusal. */
export async function find(code) {
  const answer = await asked("POST", `${PAIRINGS}/find`, { code });
  return answer.ok ? answer.body : refusalOf(answer);
}

/** Null when the device is let in; else {code, path}. */
export async function approve(pairing, wish) {
  const answer = await asked("POST", `${PAIRINGS}/${encodeURIComponent(pairing)}/approve`, wish);
  await look();
  return answer.ok ? null : refusalOf(answer);
}

export async function turnAway(pairing) {
  const answer = await asked("POST", `${PAIRINGS}/${encodeURIComponent(pairing)}/withdraw`);
  await look();
  return answer.ok ? null : refusalOf(answer);
}

export async function revoke(credential) {
  const answer = await asked("DELETE", `${PATH}/${encodeURIComponent(credential)}`);
  if (answer.ok) take(answer.body);
  return answer.ok ? null : refusalOf(answer);
}

export async function signOut() {
  const answer = await post("/api/v1/session", undefined, { method: "DELETE" });
  if (answer.ok) location.assign("/sign-in");
  else problem.value = "SIGN_OUT";
}

/** Looks again and again while the page is seen. A look that fails says nothing: the next one comes soon. */
export function keepLooking() {
  setInterval(() => document.visibilityState === "visible" && look(), LOOK_EVERY_MS);
}

async function look() {
  const answer = await asked("GET", PATH);
  if (answer.ok) take(answer.body);
  else if (answer.status === 401) problem.value = "UNAUTHENTICATED";
}

function take(list) {
  batch(() => {
    devices.value = list.devices;
    waiting.value = list.waiting;
  });
}

function asked(method, path, body) {
  return post(path, body, { method, token: boot.page.token });
}

function refusalOf(answer) {
  if (answer.status === 0) return { code: "OFFLINE", path: null };
  return { code: answer.body.code, path: (answer.body.errors?.[0]?.path ?? "").replace("$.", "") };
}
