/* The actions: the key of each, its picture, and what it sets going. */

import { hindrance } from "./rules.js";

/** Letters, and not the space bar: it is the key that an elbow finds, and it would also press a focused button. */
export const ACTS = {
  next: { key: "N", icon: "megaphone", run: (desk) => sendForTicket(desk, "next", "call_next") },
  open: { key: "O", icon: "door-open", run: openCounter },
  take: { key: "O", icon: "user", run: openCounter },
  start: { key: "S", icon: "play", run: (desk) => sendForTicket(desk, "start", "start") },
  recall: { key: "R", icon: "repeat", run: (desk) => sendForTicket(desk, "recall", "recall") },
  no_show: { key: "X", icon: "circle-x", run: (desk) => sendForTicket(desk, "no_show", "no_show") },
  finish: { key: "F", icon: "check", run: (desk) => sendForTicket(desk, "finish", "finish") },
  result: { key: "G", icon: "flag", run: (desk) => ask(desk, "result") },
  park: { key: "P", icon: "armchair", run: (desk) => sendForTicket(desk, "park", "park") },
  transfer: { key: "T", icon: "arrow-right-left", run: (desk) => ask(desk, "transfer") },
  undo: { key: "U", icon: "undo-2", run: (desk) => sendForTicket(desk, "undo", "undo") },
  find: { key: "/", icon: "search", run: (desk) => ask(desk, "find") },
  held: { key: "H", icon: "list", run: focusHeld },
  pause: { key: "B", icon: "coffee", run: (desk) => ask(desk, "pause") },
  resume: { key: "B", icon: "play", run: (desk) => sendForCounter(desk, "resume", "resume_counter") },
  close: { key: "C", icon: "door-closed", run: (desk) => sendForCounter(desk, "close", "close_counter") },
  reprint: { key: "K", icon: "printer", run: reprint },
};

/** Does it, or says why not. A press while another is under way is a double press, and nobody is told off for that. */
export function perform(desk, action) {
  const why = hindrance(action === "take" ? "open" : action, desk.situation.value);
  if (why === null) ACTS[action].run(desk);
  else if (why !== "idle_line") desk.say("warn", `counter.why.${why}`);
}

/** A command about the ticket on the screen, told afterwards in words where there are any. */
export async function sendForTicket(desk, action, command, more = {}) {
  const { counter, ticket } = desk.live.view.value;
  const outcome = await desk.press(action, command, { counter, sees: ticket?.id ?? null, ...more });
  if (outcome?.accepted) tell(desk, action, ticket, outcome.result);
  return outcome;
}

/** A command about a ticket that is not in hand. */
export async function sendForOther(desk, action, command, { ticket, number }, more = {}) {
  const outcome = await desk.press(action, command, { ticket, ...more });
  if (outcome?.accepted) desk.say("good", `counter.done.${action}`, { number });
  return outcome;
}

export async function sendForCounter(desk, action, command, more = {}) {
  return desk.press(action, command, { counter: desk.live.view.value.counter, ...more });
}

const TOLD = new Set(["no_show", "finish", "result", "park", "transfer"]);
const CALLING = new Set(["next", "call"]);

/** `before` is the ticket that was in hand, or null. */
function tell(desk, action, before, result) {
  if (action === "undo") desk.say("good", "counter.done.undo");
  else if (CALLING.has(action)) tellCalled(desk, before, result);
  else if (TOLD.has(action)) desk.say("good", `counter.done.${action}`, { number: before?.number ?? "" });
}

/** The hub decides whether the one before was served or never came: the officer must hear it while he can undo it. */
function tellCalled({ live, say }, before, result) {
  const isMissed = live.view.value.missed.some(({ id }) => id === before?.id);
  if (before !== null) say(isMissed ? "warn" : "good", `counter.done.${isMissed ? "no_show" : "finish"}`, { number: before.number });
  else if (result?.ticket === null) say("good", "counter.done.nobody");
}

async function openCounter(desk) {
  const outcome = await sendForCounter(desk, "open", "open_counter", { take: false });
  if (outcome?.code === "COUNTER_TAKEN") ask(desk, "take", { sinceMs: outcome.since_at_ms, holder: outcome.officer });
}

function reprint(desk) {
  const { id, number } = desk.live.view.value.ticket;
  sendForOther(desk, "reprint", "reprint_ticket", { ticket: id, number });
}

/** A dialog remembers whom the officer saw when it opened (`sees`): what he chooses in it is meant for nobody else. */
export function ask(desk, name, more = {}) {
  desk.dialog.value = { name, sees: desk.live.view.value.ticket?.id ?? null, ...more };
}

/** The list of parked and missed tickets is worked with the arrow keys from here on. */
function focusHeld() {
  document.querySelector(".counter-held button")?.focus();
}
