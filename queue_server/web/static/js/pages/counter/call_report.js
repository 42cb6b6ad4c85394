/* What became of a call, in the officer's words: on how many screens it stood, when it was spoken. Pure: a view's
 * `last_call` and the hub's time come in, {tone, key, params} comes out; tone is "quiet", "good", "warn" or "danger".
 */

export const SCREENS_WITHIN_MS = 10_000; // screens feature calls one after the other, 5 s each; then the hub settles the count
export const VOICE_WITHIN_MS = 20_000; // one announcement takes 11 s: a second one before it is no trouble yet
export const UNCONFIRMED_AFTER_MS = 60_000; // as the hub's views/warnings.py

export function screensReport({ shown, screens, called_at_ms: calledAtMs }, nowMs) {
  if (screens === 0) return { tone: "quiet", key: "counter.report.no_screens", params: {} };
  if (shown >= screens) return { tone: "good", key: "counter.report.shown", params: { shown, screens } };
  const isFresh = nowMs - calledAtMs < SCREENS_WITHIN_MS;
  if (shown === 0) {
    return isFresh
      ? { tone: "quiet", key: "counter.report.showing", params: {} }
      : { tone: "danger", key: "counter.report.shown_nowhere", params: { screens } };
  }
  return { tone: isFresh ? "quiet" : "warn", key: "counter.report.shown", params: { shown, screens } };
}

/** `params.atMs`, where there is one, is an instant to be told as a clock with seconds. */
export function voiceReport({ voice, called_at_ms: calledAtMs, speaking_at_ms: speakingAtMs, spoken_at_ms: spokenAtMs }, nowMs) {
  if (voice === "spoken") return { tone: "good", key: "counter.report.spoken", params: { atMs: spokenAtMs } };
  if (voice === "dropped") return { tone: "danger", key: "counter.report.dropped", params: {} };
  if (voice === "speaking") {
    return nowMs - speakingAtMs < UNCONFIRMED_AFTER_MS
      ? { tone: "quiet", key: "counter.report.speaking", params: {} }
      : { tone: "warn", key: "counter.report.unconfirmed", params: { atMs: speakingAtMs } };
  }
  return nowMs - calledAtMs < VOICE_WITHIN_MS
    ? { tone: "quiet", key: "counter.report.pending", params: {} }
    : { tone: "warn", key: "counter.report.unspoken", params: {} };
}
