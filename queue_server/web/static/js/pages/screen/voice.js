/* The zone's voice in the browser: a second line to the hub, the announcer that decides, the player that sounds. */

import { boot } from "../../lib/boot.js";
import { effect, signal, untracked } from "../../lib/html.js";
import { connect } from "../../lib/live.js";
import { speaker } from "../../lib/sound.js";
import { Announcer } from "./announcer.js";

/** {isBlocked: signal: sound is wanted and the browser forbids it, sounding: signal of a call's number or null}. */
export function startVoice() {
  const { zone, token } = boot.hello;
  const hello = { view: "announcer", zone, ...(token ? { token } : {}) };
  const live = connect({ hall: boot.hall.id, hello, nowMs: boot.now_ms, kind: "device" });
  const announcer = new Announcer();
  const sound = speaker();
  const isBlocked = signal(false);
  const sounding = signal(null);
  let alarm = 0;

  const PERFORMERS = {
    report: ({ call, what }) => {
      const outcome = live.command("report_call", { call, what });
      if (what === "speaking") outcome.then((answer) => perform(announcer.answered(live.nowMs(), call, answer)));
    },
    play: ({ call, audio }) => say(call, audio).then((result) => perform(announcer.played(live.nowMs(), call, result))),
    stop: () => sound.stop(),
  };

  function perform(actions) {
    for (const action of actions) PERFORMERS[action.do](action);
    clearTimeout(alarm);
    if (announcer.wakeAtMs === null) return;
    alarm = setTimeout(() => perform(announcer.woken(live.nowMs())), Math.max(0, announcer.wakeAtMs - live.nowMs()));
  }

  /** Words that cannot be had leave the chime, which has begun by then: it still makes the hall look up. */
  async function say(call, audio) {
    const result = await sound.play(audio, { onStart: () => (sounding.value = call) });
    if (sounding.value === call) sounding.value = null;
    return result;
  }

  effect(() => {
    const view = live.view.value;
    if (view === null) return;
    sound.prefetch([view.chime, ...view.calls.flatMap(({ speech }) => Object.values(speech).flatMap(({ audio }) => audio))]);
    untracked(() => perform(announcer.viewed(live.nowMs(), view)));
  });
  sound.probe().then(() =>
    effect(() => {
      const isForbidden = sound.isBlocked.value;
      live.status(isForbidden ? "sound_blocked" : "ready");
      untracked(() => perform(announcer.allowed(live.nowMs(), !isForbidden)));
    }),
  );
  effect(() => (isBlocked.value = sound.isBlocked.value && live.view.value?.granted === true));

  for (const gesture of ["pointerdown", "keydown"]) {
    document.addEventListener(gesture, () => sound.isBlocked.value && sound.unlock()); // any touch will do
  }
  return { isBlocked, sounding };
}
