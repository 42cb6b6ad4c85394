/* What a zone's voice says next. Pure: views, answers, the player's reports and instants of the hub's time come in,
 * actions come out. Its twin is display_client/announcer.py; tests/vectors/announcer.json shows the laws to both:
 *
 * - Oldest first, one at a time, and each call at most once: it sounds only after the hub accepted "speaking".
 * - Chime and every language; while another call waits, chime and the first language only.
 * - What is older than the hub's limit is left alone; the hub drops and counts it.
 * - Without the zone's grant or without sound nothing is begun; what sounds already ends.
 * - A call that was taken back falls silent.
 * - "spoken" is said only of what sounded to its end.
 *
 * Actions: {do: "report", call, what: "speaking" | "spoken"}, {do: "play", call, audio}, {do: "stop", call}.
 */

export const ASK_AGAIN_AFTER_MS = 1_000;

/** Refusals that say "not now"; after any other the call is left alone for good. */
const PASSING = new Set(["BUSY", "EXPIRED", "TOO_MANY"]);

export class Announcer {
  /** When to say `woken` although nothing else happened, or null. */
  wakeAtMs = null;

  #view = null;
  #hasSound = false;
  #current = null; // {call, stage: "asking" or "sounding"}
  #left = new Set();

  /** The newest state of the announcer's view. */
  viewed(nowMs, view) {
    this.#view = view;
    const listed = new Set(view.calls.filter(({ voice }) => voice !== "withdrawn").map(({ call }) => call));
    this.#left = new Set([...this.#left].filter((call) => listed.has(call)));
    if (this.#current?.stage !== "sounding" || listed.has(this.#current.call)) return this.#next(nowMs);
    const { call } = this.#current;
    this.#current = null;
    return [{ do: "stop", call }, ...this.#next(nowMs)];
  }

  /** Whether sound may be made at all. */
  allowed(nowMs, hasSound) {
    this.#hasSound = hasSound;
    return this.#next(nowMs);
  }

  /** The hub's outcome for "speaking". */
  answered(nowMs, call, { accepted, code }) {
    if (this.#current?.call !== call || this.#current.stage !== "asking") return [];
    if (accepted) {
      this.#current.stage = "sounding";
      this.#left.add(call);
      return [{ do: "play", call, audio: this.#sentences(nowMs, call) }];
    }
    this.#current = null;
    if (!PASSING.has(code)) {
      this.#left.add(call);
      return this.#next(nowMs);
    }
    this.wakeAtMs = nowMs + ASK_AGAIN_AFTER_MS;
    return [];
  }

  /** The player is done with a call: "played", or whatever went wrong. */
  played(nowMs, call, result) {
    if (this.#current?.call !== call || this.#current.stage !== "sounding") return [];
    this.#current = null;
    const reports = result === "played" ? [{ do: "report", call, what: "spoken" }] : [];
    return [...reports, ...this.#next(nowMs)];
  }

  woken(nowMs) {
    return this.#next(nowMs);
  }

  #next(nowMs) {
    if (this.wakeAtMs !== null && nowMs < this.wakeAtMs) return [];
    this.wakeAtMs = null;
    if (this.#current !== null || !this.#hasSound || !this.#view?.granted) return [];
    const [first] = this.#pending(nowMs);
    if (first === undefined) return [];
    this.#current = { call: first.call, stage: "asking" };
    return [{ do: "report", call: first.call, what: "speaking" }];
  }

  #pending(nowMs) {
    const { calls, announce_within_ms } = this.#view;
    const isPending = ({ call, voice, called_at_ms }) =>
      voice === "pending" && !this.#left.has(call) && nowMs - called_at_ms <= announce_within_ms;
    return calls.filter(isPending).sort((one, other) => one.call - other.call);
  }

  #sentences(nowMs, call) {
    const { calls, chime, languages } = this.#view;
    const said = calls.find((one) => one.call === call)?.speech ?? {};
    const spoken = languages.filter((lang) => lang in said);
    const kept = this.#pending(nowMs).length > 0 ? spoken.slice(0, 1) : spoken;
    return [chime, ...kept.flatMap((lang) => said[lang].audio)];
  }
}
