/* One JSON request of a page without a socket. Never throws: the page shows words for whatever came. */

import { randomId } from "./random_id.js";

const ANSWER_WITHIN_MS = 15_000; // a password is checked in well under a second; beyond this the line is gone
const NO_CONTENT = 204;

/** {ok, status, body}; status 0: nothing came back in time. `body` is an object, a problem document where not ok, and
 * empty where there was nothing to say. `token` is of a demonstration's page, which has no cookie. */
export async function post(path, body, { method = "POST", token = null } = {}) {
  try {
    const answer = await fetch(path, {
      method,
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": randomId(),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { ok: answer.ok, status: answer.status, body: answer.status === NO_CONTENT ? {} : await answer.json() };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}
