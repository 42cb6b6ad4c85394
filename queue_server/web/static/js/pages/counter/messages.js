/* One line that tells what became of the last press, and then leaves. */

import { signal } from "../../lib/html.js";

const SHOWN_MS = 8_000; // time to look up from the citizen; then the line is quiet again

/** {message: signal of null or {tone, key, params, number}, say(tone, key, params, {isLasting})} */
export function messages() {
  const message = signal(null);
  let timer = 0;
  let count = 0;

  function say(tone, key, params = {}, { isLasting = false } = {}) {
    clearTimeout(timer);
    count += 1; // the same words twice are two messages, also for a screen reader
    message.value = { tone, key, params, count };
    if (!isLasting) timer = setTimeout(() => (message.value = null), SHOWN_MS);
  }

  return { message, say };
}
