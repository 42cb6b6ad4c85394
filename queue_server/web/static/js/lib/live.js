/* The page's line to the hub: the only module that knows the socket. The laws live in session.js.
 *
 * connect({...}) returns signals that a page reads in render, and functions that it calls:
 *   view          the newest whole state, or null before the first
 *   seq           its number
 *   phase         "connecting", "live", "late", "lost" or "stopped"
 *   lastNewsAtMs  the hub's time of the last frame that confirmed what is shown, or null
 *   nowMs()       the hub's time now, from its beats (this machine's until the first)
 *   command(name, args) -> Promise of the outcome; the id is kept until it comes, over any number of connections
 *   ending        null, or the code with which the hub sent this page away for good ("stopped")
 *   status(status, detail), onBye(listener), close()
 */

import { batch, signal } from "../../vendor/signals-core.js";
import { randomId } from "./random_id.js";
import { POLICIES, Session } from "./session.js";

export { randomId };

const SLEPT_AFTER_MS = 2_000; // the wall clock ran ahead of the steady one by more: the machine slept

export function connect({ hall, hello, seq = null, journalId = null, state = null, kind, nowMs = null }) {
  const view = signal(state);
  const shownSeq = signal(seq);
  const journal = signal(journalId);
  const phase = signal("connecting");
  const ending = signal(null);
  const lastNewsAtMs = signal(nowMs);
  const seed = state === null || seq === null ? null : { seq };
  const session = new Session({ hello, policy: POLICIES[kind], seed });
  const steadyMs = steadyClock();
  const waiting = new Map();
  const byeListeners = new Set();
  let hubAheadMs = (nowMs ?? Date.now()) - steadyMs();
  let socket = null;
  let alarm = 0;

  const hubNowMs = () => Math.round(steadyMs() + hubAheadMs);

  function perform(actions) {
    batch(() => {
      for (const action of actions) PERFORMERS[action.do](action);
      phase.value = session.phase;
    });
    clearTimeout(alarm);
    if (session.phase === "stopped") stop();
    else alarm = setTimeout(() => perform(session.woken(steadyMs(), Math.random())), pauseMs());
  }

  const pauseMs = () => Math.max(0, Math.ceil(session.wakeAtMs - steadyMs()));

  const PERFORMERS = {
    connect: openSocket,
    drop: dropSocket,
    send: ({ frame }) => socket?.send(JSON.stringify(frame)),
    deliver: ({ frame }) => {
      view.value = frame.state;
      shownSeq.value = frame.seq;
      journal.value = frame.journal_id;
    },
    settle: ({ outcome }) => {
      waiting.get(outcome.id)?.(outcome);
      waiting.delete(outcome.id);
    },
    "tell-time": ({ nowMs: toldMs }) => {
      hubAheadMs = toldMs - steadyMs();
    },
  };

  function openSocket() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const own = new WebSocket(`${scheme}//${location.host}/api/v1/halls/${encodeURIComponent(hall)}/live`);
    socket = own;
    own.onopen = () => perform(session.opened(steadyMs()));
    own.onmessage = ({ data }) => heard(data);
    own.onclose = ({ code }) => {
      socket = null;
      const told = code === 1005 || code === 1006 ? null : code; // the browser's words for "no close frame"
      perform(session.closed(steadyMs(), told, Math.random()));
    };
  }

  /** The session hears nothing more of a socket that it gave up. */
  function dropSocket() {
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = null;
  }

  function heard(text) {
    const actions = session.received(steadyMs(), text, Math.random());
    perform(actions);
    if (session.phase === "live") lastNewsAtMs.value = hubNowMs();
  }

  /** A page that stopped for good never hears of its wishes; whoever waits must not wait for ever. */
  function stop() {
    if (ending.value !== null) return;
    ending.value = session.endingCode;
    for (const listener of byeListeners) listener(session.endingCode);
    for (const [id, settle] of waiting) settle({ id, accepted: false, code: "STOPPED", detail: "" });
    waiting.clear();
  }

  function command(name, args = {}) {
    const id = randomId();
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      perform(session.command(steadyMs(), id, name, args));
    });
  }

  const hurry = () => perform(session.hurried(steadyMs()));
  const hurryWhenSeen = () => document.visibilityState === "visible" && hurry();
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurryWhenSeen);

  perform(session.start(steadyMs()));
  return {
    view,
    seq: shownSeq,
    journalId: journal,
    phase,
    ending,
    lastNewsAtMs,
    nowMs: hubNowMs,
    command,
    status: (status, detail = "") => perform(session.report(steadyMs(), status, detail)),
    onBye: (listener) => byeListeners.add(listener),
    close: () => {
      removeEventListener("online", hurry);
      document.removeEventListener("visibilitychange", hurryWhenSeen);
      clearTimeout(alarm);
      dropSocket();
    },
  };
}

/** ms that never go back and that count the time a machine slept, which performance.now() leaves out on some. */
function steadyClock() {
  let sleptMs = 0;
  let leadMs = Date.now() - performance.now();
  return () => {
    const nowLeadMs = Date.now() - performance.now();
    if (nowLeadMs - leadMs > SLEPT_AFTER_MS) sleptMs += nowLeadMs - leadMs;
    leadMs = nowLeadMs;
    return performance.now() + sleptMs;
  };
}
