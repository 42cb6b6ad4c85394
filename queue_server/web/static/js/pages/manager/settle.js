/* A manager's word, that the hub's clock is right or that calls may go on after a restore: asked twice, sent once, refused in words. */

import { signal } from "../../lib/html.js";
import { hasWord } from "../../lib/words.js";

/**
 * {isAsking, isSending, refusal: signals, ask(), cancel(), confirm()}; `refusal` is null or a key of the catalogue.
 *
 * `command` is what is sent, `words` the part of the catalogue that its refusals stand in.
 */
export function startSettling(live, command, words) {
  const isAsking = signal(false);
  const isSending = signal(false);
  const refusal = signal(null);

  function ask() {
    refusal.value = null;
    isAsking.value = true;
  }

  function cancel() {
    isAsking.value = false;
  }

  /** Only over a line that is up: a wish that came through an hour later would be about something else than was looked at. */
  async function confirm() {
    if (isSending.value || live.phase.value !== "live") return;
    refusal.value = null;
    isSending.value = true;
    const outcome = await live.command(command);
    isSending.value = false;
    if (outcome.accepted) isAsking.value = false;
    else refusal.value = wordsFor(words, outcome.code);
  }

  return { isAsking, isSending, refusal, ask, cancel, confirm };
}

function wordsFor(words, code) {
  const key = `${words}.refused.${code}`;
  return hasWord(key) ? key : `${words}.refused.other`;
}
