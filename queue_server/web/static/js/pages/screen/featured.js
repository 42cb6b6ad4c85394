/* Which call fills the screen, and until when. Pure: a memory, a view's calls and the time go in, the next memory
 * comes out. tests/vectors/featured.json shows the laws:
 *
 * - Calls are featured one at a time, in the order of their numbers, and none is skipped.
 * - Each for 5 s at least, and for as long as it is spoken. While no other waits, also until the voice begins.
 * - A call that was taken back is gone at once.
 * - What was called before this screen looked is not news, unless nobody has spoken it yet.
 * - A voice that comes late to a call brings it back, once no other call waits for the screen.
 */

export const FEATURED_MS_MIN = 5_000;
export const FEATURED_MS_CALM = 12_000; // a voice that did not begin by now will not: chime and two languages take 11 s
export const FEATURED_MS_MAX = 25_000; // a voice that died in mid-sentence never says that it has finished
export const MISSED_MS = 20_000; // what a screen may have missed while the hub started anew

const UNSPOKEN = new Set(["pending", "speaking"]);

/** `featured`: a call's number or null, `sinceMs` on the steady clock. `due`: those that come next. `met`: those of the
 * last view. `unvoiced`: those whose time was over before the voice began. */
export const NOTHING_YET = { featured: null, sinceMs: 0, due: [], met: [], unvoiced: [] };

/** The next memory. `calls` are a view's; `steadyMs` never jumps, `hubMs` is the hub's time, which calls bear. */
export function advanced(memory, calls, { steadyMs, hubMs, announceWithinMs }) {
  const byNumber = new Map(calls.map((call) => [call.call, call]));
  const met = [...byNumber.keys()].sort(ascending);
  const isNews = (call) => !memory.met.includes(call) && isDue(byNumber.get(call), hubMs, announceWithinMs);
  const next = {
    featured: memory.featured,
    sinceMs: memory.sinceMs,
    met,
    due: [...memory.due.filter((call) => byNumber.has(call)), ...met.filter(isNews)].sort(ascending),
    unvoiced: memory.unvoiced.filter((call) => byNumber.has(call)),
  };
  const shown = byNumber.get(next.featured);
  if (shown !== undefined && steadyMs < endsAtMs(shown, next)) return next;
  return turned(next, shown, byNumber, steadyMs);
}

/** When to look again although no view came; null: nothing changes by itself. */
export function wakesAtMs(memory, calls) {
  const shown = calls.find(({ call }) => call === memory.featured);
  return shown === undefined ? null : endsAtMs(shown, memory);
}

function isDue({ voice, called_at_ms }, hubMs, announceWithinMs) {
  return hubMs - called_at_ms <= (UNSPOKEN.has(voice) ? announceWithinMs : MISSED_MS);
}

function endsAtMs({ voice }, { sinceMs, due }) {
  if (voice === "speaking") return sinceMs + FEATURED_MS_MAX;
  return sinceMs + (voice === "pending" && due.length === 0 ? FEATURED_MS_CALM : FEATURED_MS_MIN);
}

/** The next call's turn, a late voice's, or nobody's. */
function turned(memory, shown, byNumber, steadyMs) {
  const unvoiced = shown?.voice === "pending" ? [...memory.unvoiced, shown.call] : memory.unvoiced;
  if (memory.due.length > 0) {
    const [featured, ...due] = memory.due;
    return { ...memory, featured, due, unvoiced, sinceMs: steadyMs };
  }
  const late = unvoiced.find((call) => byNumber.get(call).voice === "speaking");
  if (late === undefined) return { ...memory, featured: null, unvoiced };
  return { ...memory, featured: late, unvoiced: unvoiced.filter((call) => call !== late), sinceMs: steadyMs };
}

function ascending(one, other) {
  return one - other;
}
