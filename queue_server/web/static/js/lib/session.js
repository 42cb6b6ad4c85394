/* The client's half of the live conversation, without socket, clock or chance: the twin of wire/session.py.
 *
 * Instants (ms, from a clock that never jumps back) and frames come in, actions come out; `jitter` is a number from
 * 0 to 1. The laws stand at the head of session.py; tests/vectors/session.json shows them to both.
 *
 * Actions: {do: "connect"}, {do: "drop"}, {do: "send", frame}, {do: "deliver", frame}, {do: "settle", outcome}.
 *
 * One thing only the browser has: a page comes with the state that the server knew when it made the page (`seed`).
 * It is shown while connecting, and is late after 8 s like anything that no connection has confirmed.
 */

const PROTOCOL = 1;
const CONNECT_WITHIN_MS = 3_000;
const LATE_AFTER_MS = 8_000; // two beats missed: the hub speaks every 4 s
const LATE_CLOSED_AFTER_MS = 2_000;
const LOST_AFTER_MS = 60_000;
const COME_BACK_AFTER_MS_MAX = 60_000;
const ASK_AGAIN_AFTER_MS = 1_000;
const PENDING_COUNT_MAX = 64;
const DOUBLINGS_MAX = 16;

/** Ceilings of the wait before the next attempt, as in wire/retry.py. */
export const POLICIES = {
  device: { base_ms: 250, cap_ms: 2_000 },
  phone: { base_ms: 250, cap_ms: 15_000 },
};

/** Close codes with a rule of their own, as in wire/close_codes.py: the least wait in ms, or null: never again. */
const CLOSE_RULES = new Map([
  [1001, 250],
  [1013, 1_000],
  [4029, 10_000],
  [4008, 1_000],
  [1009, null],
  [4001, null],
  [4400, null],
  [4401, null],
  [4403, null],
  [4404, null],
  [4426, null],
]);

const FRAME_KEYS = {
  view: { view: "string", seq: "number", journal_id: "string", state: "object" },
  beat: { seq: "number", now_ms: "number" },
  outcome: { id: "string", accepted: "boolean" },
  bye: { code: "number", retry: "boolean" },
};

export class Session {
  phase = "connecting";
  wakeAtMs = null;
  endingCode = null;

  #hello;
  #policy;
  #stage = "waiting"; // waiting, opening, open (hello sent), confirmed (view came), ended
  #stageUntilMs = 0;
  #failures = 0;
  #journalId = null;
  #viewSeq = -1;
  #seenSeq = null;
  #hasSeed = false;
  #confirmedAtMs = 0;
  #doubtedAtMs = null;
  #status = null;
  #pending = new Map();

  constructor({ hello, policy, seed = null }) {
    this.#hello = { ...hello };
    this.#policy = policy;
    if (seed !== null) {
      this.#hasSeed = true;
      this.#seenSeq = seed.seq;
    }
  }

  /** The first input. */
  start(nowMs) {
    this.#confirmedAtMs = nowMs;
    return this.#settled(nowMs, this.#connect(nowMs));
  }

  /** The socket that "connect" asked for is open. */
  opened(nowMs) {
    this.#enter("open", nowMs + LATE_AFTER_MS);
    const frame = { type: "hello", protocol: PROTOCOL, ...this.#hello };
    if (this.#seenSeq !== null) frame.seq = this.#seenSeq;
    return this.#settled(nowMs, [{ do: "send", frame }]);
  }

  /** A frame came. What cannot be read is passed over; what has an unknown type is a sign of life. */
  received(nowMs, text, jitter) {
    if (this.#stage !== "open" && this.#stage !== "confirmed") return [];
    const frame = decoded(text);
    if (frame === null) return this.#settled(nowMs, []);
    if (!isKnown(frame)) {
      this.#hear(nowMs);
      return this.#settled(nowMs, []);
    }
    return this.#settled(nowMs, this.#answer(nowMs, frame, jitter));
  }

  /** The socket closed or could not be opened; `code` null where no close frame came. */
  closed(nowMs, code, jitter) {
    const afterMs = CLOSE_RULES.get(code) ?? 0;
    if (CLOSE_RULES.get(code) === null) this.#end(code);
    else this.#wait(nowMs, afterMs, jitter);
    return this.#settled(nowMs, []);
  }

  /** Time went by; harmless when nothing is due. */
  woken(nowMs, jitter) {
    let actions = [];
    if (this.#stage !== "ended" && nowMs >= this.#stageUntilMs) {
      if (this.#stage === "waiting") {
        actions = this.#connect(nowMs);
      } else {
        this.#wait(nowMs, 0, jitter);
        actions = [{ do: "drop" }];
      }
    }
    if (this.#stage === "confirmed") {
      const due = [...this.#pending.values()].filter((one) => one.againAtMs !== null && nowMs >= one.againAtMs);
      actions.push(...due.map((one) => asked(one, nowMs)));
    }
    return this.#settled(nowMs, actions);
  }

  /** The browser says that the network is back or the page is seen again: no sense in waiting any longer. */
  hurried(nowMs) {
    if (this.#stage === "waiting") this.#stageUntilMs = nowMs;
    return this.woken(nowMs, 0);
  }

  /** A wish pressed now, under an id never used before. */
  command(nowMs, id, name, args) {
    if (this.#pending.size >= PENDING_COUNT_MAX) {
      const detail = "Too many commands wait for their outcome.";
      return [{ do: "settle", outcome: { type: "outcome", id, accepted: false, code: "BUSY", detail } }];
    }
    const one = { frame: { ...args, type: "command", id, command: name }, pressedAtMs: nowMs, againAtMs: null };
    this.#pending.set(id, one);
    return this.#settled(nowMs, this.#stage === "confirmed" ? [asked(one, nowMs)] : []);
  }

  /** Nobody waits for this command's outcome any more; it is not sent again. */
  forget(id) {
    this.#pending.delete(id);
  }

  /** How the device is, from now on. */
  report(nowMs, status, detail) {
    this.#status = { type: "status", status, detail };
    return this.#settled(nowMs, this.#stage === "confirmed" ? [{ do: "send", frame: this.#status }] : []);
  }

  #answer(nowMs, frame, jitter) {
    switch (frame.type) {
      case "view":
        return this.#takeView(nowMs, frame);
      case "beat":
        this.#hear(nowMs);
        this.#see(frame.seq);
        return [{ do: "tell-time", nowMs: frame.now_ms }];
      case "outcome":
        this.#hear(nowMs);
        return this.#takeOutcome(nowMs, frame);
      default:
        return this.#takeBye(nowMs, frame, jitter);
    }
  }

  #takeView(nowMs, frame) {
    if (frame.journal_id === this.#journalId && frame.seq < this.#viewSeq) {
      this.#hear(nowMs);
      return [];
    }
    if (frame.journal_id !== this.#journalId) this.#seenSeq = null;
    this.#journalId = frame.journal_id;
    this.#viewSeq = frame.seq;
    this.#see(frame.seq);
    const isFirst = this.#stage === "open";
    this.#stage = "confirmed";
    this.#failures = 0;
    this.#doubtedAtMs = null;
    this.#hear(nowMs);
    return [{ do: "deliver", frame }, ...(isFirst ? this.#saidAgain(nowMs) : [])];
  }

  /** What the hub must hear on every connection: how the device is, and what is still without outcome. */
  #saidAgain(nowMs) {
    const reports = this.#status === null ? [] : [{ do: "send", frame: this.#status }];
    return [...reports, ...[...this.#pending.values()].map((one) => asked(one, nowMs))];
  }

  #takeOutcome(nowMs, outcome) {
    const one = this.#pending.get(outcome.id);
    if (one === undefined) return [];
    if (outcome.code === "OUTCOME_UNKNOWN") {
      one.againAtMs = nowMs + (outcome.retry_after_ms || ASK_AGAIN_AFTER_MS);
      return [];
    }
    this.#pending.delete(outcome.id);
    if (typeof outcome.seq === "number") this.#see(outcome.seq);
    return [{ do: "settle", outcome }];
  }

  #takeBye(nowMs, bye, jitter) {
    if (bye.retry) this.#wait(nowMs, Math.min(bye.after_ms ?? 0, COME_BACK_AFTER_MS_MAX), jitter);
    else this.#end(bye.code);
    return [{ do: "drop" }];
  }

  /** A sign of life; it confirms what is shown once this connection has shown it. */
  #hear(nowMs) {
    if (this.#stage !== "confirmed") return;
    this.#confirmedAtMs = nowMs;
    this.#stageUntilMs = nowMs + LATE_AFTER_MS;
  }

  /** The next hello names the highest seq that a view, a beat or an outcome told. */
  #see(seq) {
    this.#seenSeq = Math.max(seq, this.#seenSeq ?? 0);
  }

  #connect(nowMs) {
    this.#enter("opening", nowMs + CONNECT_WITHIN_MS);
    return [{ do: "connect" }];
  }

  #wait(nowMs, afterMs, jitter) {
    if (this.#stage === "confirmed") this.#doubtedAtMs = nowMs;
    const { base_ms, cap_ms } = this.#policy;
    const ceilingMs = Math.min(cap_ms, base_ms * 2 ** Math.min(this.#failures, DOUBLINGS_MAX));
    this.#failures += 1;
    this.#enter("waiting", nowMs + afterMs + Math.floor(ceilingMs * jitter));
  }

  #enter(stage, untilMs) {
    this.#stage = stage;
    this.#stageUntilMs = untilMs;
  }

  #end(code) {
    this.#stage = "ended";
    this.endingCode = code;
  }

  /** Every input ends here: the phase and the next alarm follow from the rest. */
  #settled(nowMs, actions) {
    this.phase = this.#phaseAt(nowMs);
    this.wakeAtMs = this.#nextAlarmMs();
    return actions;
  }

  #phaseAt(nowMs) {
    if (this.#stage === "ended") return "stopped";
    if (nowMs >= this.#confirmedAtMs + LOST_AFTER_MS) return "lost";
    const isLate = nowMs >= this.#lateAtMs();
    if (this.#journalId === null) return this.#hasSeed && isLate ? "late" : "connecting";
    return isLate ? "late" : "live";
  }

  #lateAtMs() {
    const silentAtMs = this.#confirmedAtMs + LATE_AFTER_MS;
    return this.#doubtedAtMs === null ? silentAtMs : Math.min(silentAtMs, this.#doubtedAtMs + LATE_CLOSED_AFTER_MS);
  }

  #nextAlarmMs() {
    if (this.#stage === "ended") return null;
    const alarmsMs = [this.#stageUntilMs];
    if (this.phase === "live" || (this.phase === "connecting" && this.#hasSeed)) alarmsMs.push(this.#lateAtMs());
    if (this.phase !== "lost") alarmsMs.push(this.#confirmedAtMs + LOST_AFTER_MS);
    if (this.#stage === "confirmed") {
      for (const one of this.#pending.values()) if (one.againAtMs !== null) alarmsMs.push(one.againAtMs);
    }
    return Math.min(...alarmsMs);
  }
}

function asked(one, nowMs) {
  one.againAtMs = null;
  return { do: "send", frame: { ...one.frame, age_ms: Math.round(nowMs - one.pressedAtMs) } };
}

/** An object with a type, or null. */
function decoded(text) {
  try {
    const frame = JSON.parse(text);
    return typeof frame?.type === "string" ? frame : null;
  } catch {
    return null;
  }
}

function isKnown(frame) {
  const keys = FRAME_KEYS[frame.type];
  return keys !== undefined && Object.entries(keys).every(([key, type]) => typeof frame[key] === type);
}
