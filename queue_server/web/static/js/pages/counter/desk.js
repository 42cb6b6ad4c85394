/* What the parts of the officer's page share: the line to the hub, the hub's time, what is under way, which dialog. */

import { boot } from "../../lib/boot.js";
import { computed, effect, signal } from "../../lib/html.js";
import { connect } from "../../lib/live.js";
import { isLost } from "../../lib/strip.js";
import { ticking } from "../../lib/ticking.js";
import { messages } from "./messages.js";
import { presses } from "./presses.js";

/**
 * live, nowMs (signal), isLost (signal), dialog (signal: null or {name, …}), message, say(), press(), pending,
 * situation (signal: what the rules need to know).
 */
export function openDesk() {
  const live = connect({
    hall: boot.hall.id,
    hello: boot.hello,
    seq: boot.seq,
    journalId: boot.journal_id,
    state: boot.view,
    nowMs: boot.now_ms,
    kind: "device",
  });
  const nowMs = ticking(live);
  const { message, say } = messages();
  const { pending, press } = presses(live, say);
  const hidden = computed(() => isLost(live));
  const situation = computed(() => ({
    view: live.view.value,
    me: boot.page?.officer,
    nowMs: nowMs.value,
    isConnected: !hidden.value,
    isSending: pending.value !== null,
  }));
  const desk = { live, nowMs, isLost: hidden, dialog: signal(null), message, say, pending, press, situation };
  if (boot.hello.view === "counter") tellWhenTaken(desk);
  return desk;
}

/** An officer whose counter is taken over must not wonder why his keys do nothing. */
function tellWhenTaken({ live, say, dialog }) {
  let wasMine = boot.view.officer?.id === boot.page.officer;
  effect(() => {
    const { officer } = live.view.value;
    const isMine = officer?.id === boot.page.officer;
    if (wasMine && !isMine && officer !== null) {
      dialog.value = null;
      say("warn", "counter.taken_from_you", { officer: officer.name || "?" }, { isLasting: true });
    }
    wasMine = isMine;
  });
}
