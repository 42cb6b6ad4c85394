/* Takes a ticket exactly once, and undoes what was taken for somebody who has left.
 *
 * One tap is one command with one id; live.js keeps it over any number of connections. An outcome that comes within
 * 15 s belongs to the citizen. After that he may have gone: the visit is told so at once, and if the ticket was issued
 * all the same it is cancelled as soon as its outcome is known, so that nobody is called who is not there.
 */

import { signal } from "../../lib/html.js";

export const LEFT_AFTER_MS = 15_000; // what the hub too takes for a ticket asked for too long ago (contract)

const CANCEL_TRIES_MAX = 5;
const ASK_AGAIN_AFTER_MS = 1_000;

/** -> {isPending, cancelledNumber: signals, take(wish), forgetCancelled()}; `live` is what connect() gave. */
export function ticketTaker(live) {
  const isPending = signal(false);
  const cancelledNumber = signal(null);

  /** -> {ticket}, or {code} of the refusal; code LEFT: no outcome in time. Null while another one is under way. */
  async function take(wish) {
    if (isPending.value) return null;
    isPending.value = true;
    cancelledNumber.value = null;
    const tappedAtMs = performance.now();
    const coming = live.command("take_ticket", wish);
    const outcome = await Promise.race([coming, pause(LEFT_AFTER_MS)]);
    if (outcome === undefined || performance.now() - tappedAtMs > LEFT_AFTER_MS) {
      settle(coming);
      return { code: "LEFT" };
    }
    isPending.value = false;
    return outcome.accepted ? { ticket: outcome.result } : { code: outcome.code };
  }

  async function settle(coming) {
    const outcome = await coming;
    if (outcome.accepted && (await isCancelled(outcome.result.id))) cancelledNumber.value = outcome.result.number;
    isPending.value = false;
  }

  /** Whether it is cancelled now; a ticket that was called meanwhile no longer can be, and ends as a no-show. */
  async function isCancelled(ticket) {
    for (let tries = 0; tries < CANCEL_TRIES_MAX; tries += 1) {
      const outcome = await live.command("cancel_ticket", { ticket });
      if (outcome.accepted) return true;
      if (outcome.code !== "EXPIRED" && outcome.code !== "BUSY") return false;
      await pause(outcome.retry_after_ms ?? ASK_AGAIN_AFTER_MS);
    }
    return false;
  }

  return { isPending, cancelledNumber, take, forgetCancelled: () => (cancelledNumber.value = null) };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
