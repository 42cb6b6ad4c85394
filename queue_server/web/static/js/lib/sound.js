/* Plays sounds one after the other, and knows when the browser forbids it.
 *
 * A sound is the address of a file, or a function that makes it: (AudioContext) => AudioBuffer.
 *
 * A browser lets a page sound only after a touch on it, unless it was started with a policy that allows it. Until
 * then `isBlocked` is true: the page says "tap for sound" and calls unlock() in the handler of that tap.
 */

import { signal } from "../../vendor/signals-core.js";

const FETCH_WITHIN_MS = 5_000;
const KEPT_COUNT_MAX = 64; // clips; a sentence has about eight, a second of them takes 100 to 200 KB
const OVERTIME_MS = 2_000; // how much longer than its clips a list may take before it counts as failed
const SETTLES_WITHIN_MS = 500; // a browser that allows sound starts its context within a few ms

export function speaker() {
  const isBlocked = signal(false);
  const clips = new Map(); // sound -> promise of its buffer
  let context = null;
  let playing = null; // {sources, endsAtS: when the last of them ends, halt(result)}
  let turn = 0; // of play() and stop(): only the latest may sound

  function opened() {
    if (context === null) {
      context = new AudioContext();
      context.onstatechange = () => (isBlocked.value = context.state === "suspended");
    }
    return context;
  }

  /** Finds out whether sound is allowed, without making any. True: it is. */
  async function probe() {
    await Promise.race([opened().resume().catch(() => {}), pause(SETTLES_WITHIN_MS)]);
    isBlocked.value = opened().state !== "running";
    return !isBlocked.value;
  }

  /** Fetches and decodes, or makes, ahead, so that play() starts at once. */
  function prefetch(sounds) {
    for (const sound of sounds) clip(sound).catch(() => {});
  }

  /** "played" when the last one ended, "blocked", "failed" (not found, not decodable, no device), or "stopped".
   *
   * The first sounds as soon as it is there, while the others may still be on their way: the hall looks up at once.
   * When one of those fails, what has begun is heard to its end and the answer is "failed".
   */
  async function play(sounds, { onStart = () => {} } = {}) {
    stop();
    const own = turn;
    if (!(await probe())) return "blocked";
    return own === turn ? inOrder(sounds, onStart) : "stopped";
  }

  async function inOrder(sounds, onStart) {
    const run = { sources: [], endsAtS: context.currentTime, halt: null };
    const halted = new Promise((resolve) => (run.halt = resolve));
    playing = run;
    const result = await Promise.race([halted, heard(run, sounds.map(clip), onStart)]);
    if (playing === run) playing = null;
    return result;
  }

  async function heard(run, buffers, onStart) {
    for (const buffer of buffers) buffer.catch(() => {}); // each is awaited in its turn, which may be after its failure
    try {
      for (const buffer of buffers) {
        begin(run, await buffer);
        if (run.sources.length === 1) onStart();
      }
    } catch {
      await ended(run);
      return "failed";
    }
    return (await ended(run)) ? "played" : "failed";
  }

  /** When the one before it ends, or at once where that has passed. */
  function begin(run, buffer) {
    if (playing !== run) throw new Error("stopped");
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    const startsAtS = Math.max(context.currentTime, run.endsAtS);
    source.start(startsAtS);
    run.endsAtS = startsAtS + buffer.duration;
    run.sources.push(source);
  }

  /** True when the last that was begun has ended; false when its time is long over (no device). */
  function ended(run) {
    const last = run.sources.at(-1);
    if (last === undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const deadline = setTimeout(() => resolve(false), (run.endsAtS - context.currentTime) * 1_000 + OVERTIME_MS);
      last.onended = () => {
        clearTimeout(deadline);
        resolve(true);
      };
    });
  }

  /** Ends what is playing; its promise says "stopped". */
  function stop() {
    turn += 1;
    if (playing === null) return;
    const { sources, halt } = playing;
    playing = null;
    halt("stopped");
    for (const source of sources) source.stop();
  }

  function clip(sound) {
    if (!clips.has(sound)) {
      const buffer = bufferOf(opened(), sound);
      buffer.catch(() => clips.delete(sound)); // the next call asks again
      clips.set(sound, buffer);
      if (clips.size > KEPT_COUNT_MAX) clips.delete(clips.keys().next().value);
    }
    return clips.get(sound);
  }

  return { isBlocked, unlock: probe, probe, prefetch, play, stop };
}

async function bufferOf(context, sound) {
  if (typeof sound === "function") return sound(context);
  const answer = await fetch(sound, { signal: AbortSignal.timeout(FETCH_WITHIN_MS) });
  if (!answer.ok) throw new Error(`${sound}: ${answer.status}`);
  return context.decodeAudioData(await answer.arrayBuffer());
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
