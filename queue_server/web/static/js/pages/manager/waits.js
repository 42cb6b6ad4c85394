/* How long people wait, judged against what each service promises. Pure: services and the hub's time in, rows out. */

const MINUTE_MS = 60_000;
const NEAR_SHARE = 0.8; // of the target: there is still time to open another counter
const ORDINARY_TARGET_MS = 30 * MINUTE_MS; // gives a service that promises nothing its place in the list, never before a broken promise

/**
 * One row per service, worst first: {service, minutes, targetMinutes, level, isStuck}.
 *
 * `minutes` is the longest wait, null where nobody waits. `level` is "late" (beyond the target), "near", "fine",
 * "empty" or "closed" (nobody waits). `isStuck`: people wait and no counter is open for them. Worst is who waits
 * longest beyond the target: minutes are what people feel, and a share would put a short service before a long one.
 */
export function judged(services, nowMs) {
  const rows = services.map((service) => judgedOne(service, nowMs));
  return rows.sort((one, other) => other.beyondMs - one.beyondMs); // a stable sort: ties stay in the hall's order
}

function judgedOne(service, nowMs) {
  const { waiting, oldest_arrived_at_ms: oldestMs, target_ms: targetMs } = service;
  const targetMinutes = targetMs === null ? null : Math.round(targetMs / MINUTE_MS);
  if (waiting === 0 || oldestMs === null) {
    const level = service.open ? "empty" : "closed";
    return { service, minutes: null, targetMinutes, level, isStuck: false, beyondMs: service.open ? -1e12 : -1e13 };
  }
  const waitMs = Math.max(0, nowMs - oldestMs);
  return {
    service,
    minutes: Math.ceil(waitMs / MINUTE_MS), // the minute that has begun counts, so that 15 of 15 is never red
    targetMinutes,
    level: levelOf(waitMs, targetMs),
    isStuck: service.counters_open === 0,
    beyondMs: targetMs === null ? Math.min(0, waitMs - ORDINARY_TARGET_MS) : waitMs - targetMs,
  };
}

function levelOf(waitMs, targetMs) {
  if (targetMs === null) return "fine";
  if (waitMs > targetMs) return "late";
  return waitMs >= targetMs * NEAR_SHARE ? "near" : "fine";
}

/** The one sentence about all lines: "late", "near", "calm", "empty" (nobody waits), "closed" or "no_day". */
export function summaryOf(rows, date) {
  if (date === null) return "no_day";
  const levels = new Set(rows.map(({ level }) => level));
  if (levels.has("late")) return "late";
  if (levels.has("near")) return "near";
  if (levels.has("fine")) return "calm";
  return levels.has("empty") ? "empty" : "closed";
}

/** The row that is told while nobody waits too long: the first that comes near, else who waits longest; null: nobody. */
export function calmRowOf(rows) {
  const waiting = rows.filter(({ minutes }) => minutes !== null);
  const near = waiting.find(({ level }) => level === "near");
  return near ?? waiting.reduce((longest, row) => (longest === null || row.minutes > longest.minutes ? row : longest), null);
}
