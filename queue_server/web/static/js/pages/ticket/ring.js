/* "Ring me": sound, vibration and a screen that stays on, all asked for with one tap, which browsers insist on. */

import { html, signal } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { speaker } from "../../lib/sound.js";
import { keepAwake } from "../../lib/wake.js";
import { t } from "../../lib/words.js";
import { gong } from "./gong.js";

const SOUND = [gong]; // made here: the hall's own file is 53 kB, as much as the whole page
const RINGS_COUNT = 3; // a phone in a bag is not heard at once; more would annoy the hall
const RING_EVERY_MS = 4_000;
const BUZZ_MS = [400, 150, 400, 150, 800];

/** {phase: signal of "off", "on" or "blocked", isAwake: signal, ask(), start(), stop()} */
export function bell() {
  const sound = speaker();
  const phase = signal("off");
  const isAwake = signal(false);
  let timer = null; // of the next ring; null: quiet

  async function ask() {
    keepAwake(isAwake);
    navigator.vibrate?.(80); // an answer to the tap, and the permission for later
    const isAllowed = await sound.unlock();
    sound.prefetch(SOUND);
    phase.value = isAllowed ? "on" : "blocked";
  }

  function start() {
    stop();
    if (phase.value !== "off") sayIt(RINGS_COUNT);
  }

  function sayIt(left) {
    sound.play(SOUND);
    navigator.vibrate?.(BUZZ_MS);
    timer = left > 1 ? setTimeout(() => sayIt(left - 1), RING_EVERY_MS) : null;
  }

  function stop() {
    clearTimeout(timer);
    timer = null;
    sound.stop();
  }

  document.addEventListener("pointerdown", () => timer !== null && stop()); // a touch means: I have seen it
  return { phase, isAwake, ask, start, stop };
}

export function RingButton({ ring }) {
  const phase = ring.phase.value;
  if (phase === "off") {
    return html`<button type="button" class="button button-large button-wide" onClick=${ring.ask}>${icon("bell-ring")}${t("ticket.ring")}</button>`;
  }
  return html`<p class=${`note ${phase === "on" ? "note-good" : "note-warn"}`} role="status">
    ${icon(phase === "on" ? "bell-ring" : "bell-off")}
    <span>${t(phase === "on" ? "ticket.ring_on" : "ticket.ring_blocked")} ${ring.isAwake.value && t("ticket.ring_awake")}</span>
  </p>`;
}
