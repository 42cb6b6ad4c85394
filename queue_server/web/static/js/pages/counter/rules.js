/* What an officer may do now, and if not, why not. Pure: a situation comes in, the name of a reason comes out.
 *
 * A situation is {view: CounterView, me: actor id, nowMs: hub's time, isConnected, isSending}. The hub decides in the
 * end (docs/states.md); this table only keeps the officer from asking in vain.
 */

const REQUIREMENTS = {
  connected: ({ isConnected }) => isConnected,
  idle_line: ({ isSending }) => !isSending,
  opened: ({ view }) => view.officer !== null,
  own: ({ view, me }) => view.officer === null || view.officer.id === me,
  closed_or_foreign: ({ view, me }) => view.officer?.id !== me,
  running: ({ view }) => view.state !== "paused",
  paused: ({ view }) => view.state === "paused",
  in_hand: ({ view }) => view.ticket !== null,
  called: ({ view }) => view.ticket?.state !== "serving",
  empty_hand: ({ view }) => view.ticket === null,
  somebody: ({ view }) => view.ticket !== null || view.waiting_count > 0,
  undoable: ({ view, nowMs }) => (view.undo_until_at_ms ?? 0) > nowMs,
  held_some: ({ view }) => view.parked.length + view.missed.length > 0,
};

const AT_MY_COUNTER = ["connected", "idle_line", "opened", "own"];
const WITH_TICKET = [...AT_MY_COUNTER, "in_hand"];

/** By action, in the order in which a missing one is told. */
const NEEDS = {
  open: ["connected", "idle_line", "closed_or_foreign"],
  next: [...AT_MY_COUNTER, "running", "somebody"],
  start: [...WITH_TICKET, "called"],
  recall: [...WITH_TICKET, "called"],
  no_show: [...WITH_TICKET, "called"],
  finish: WITH_TICKET,
  result: WITH_TICKET,
  park: WITH_TICKET,
  transfer: WITH_TICKET,
  reprint: WITH_TICKET,
  find: AT_MY_COUNTER,
  held: ["connected", "held_some"],
  call: [...AT_MY_COUNTER, "running"],
  return: AT_MY_COUNTER,
  undo: [...AT_MY_COUNTER, "undoable"],
  pause: [...AT_MY_COUNTER, "running"],
  resume: [...AT_MY_COUNTER, "paused"],
  close: [...AT_MY_COUNTER, "empty_hand"],
};

/** Null: it may be done. Else the name of what is missing, for the words `counter.why.{name}`. */
export function hindrance(action, situation) {
  const missing = NEEDS[action].find((name) => !REQUIREMENTS[name](situation));
  return missing ?? null;
}

/** Whether the one who looks sits at this counter. */
export function isMine({ view, me }) {
  return view.officer !== null && view.officer.id === me;
}

/** What the large button does: "open", "take", "resume" or "next". */
export function mainAction({ view, me }) {
  if (view.officer === null) return "open";
  if (view.officer.id !== me) return "take";
  return view.state === "paused" ? "resume" : "next";
}

/** What fills the place of the ticket in hand: "lost", "ticket", "closed", "taken", "paused", "idle" or "ready". */
export function picture({ view, me, isConnected }) {
  if (!isConnected) return "lost";
  if (view.ticket !== null) return "ticket";
  if (view.officer === null) return "closed";
  if (view.officer.id !== me) return "taken";
  if (view.state === "paused") return "paused";
  return view.waiting_count === 0 ? "idle" : "ready";
}
