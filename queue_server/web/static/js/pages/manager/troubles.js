/* What is not well, the most urgent first and each kind once. Pure: the board's state in, groups out. */

/** By urgency. "danger": citizens or staff are hindered now; "warn": it may become so, or it is over and must be told. */
const TONES = new Map([
  ["store_trouble", "danger"],
  ["clock_in_doubt", "danger"],
  ["restore_unconfirmed", "danger"],
  ["printer_paper_out", "danger"],
  ["printer_failed", "danger"],
  ["printer_offline", "danger"],
  ["speech_down", "danger"],
  ["voice_missing", "danger"],
  ["voice_blocked", "danger"],
  ["screen_missing", "danger"],
  ["print_abandoned", "warn"],
  ["call_dropped", "warn"],
  ["call_unconfirmed", "warn"],
  ["printer_paper_low", "warn"],
  ["kiosk_missing", "warn"],
  ["configuration_refused", "warn"],
  ["certificate_ending", "warn"],
  ["insecure_lan", "warn"],
]);

const URGENCIES = [...TONES.keys()];
const KIOSK_TROUBLES = new Set(["offline", "failed"]);

/**
 * [{code, tone, cases: [{subject, detail, since_at_ms}, …]}]; the cases of one kind as the hub lists them, newest first.
 *
 * The hub warns of no kiosk; that one is gone is read from the list of kiosks. A code that a later hub sends comes
 * before all others: nobody knows how urgent it is.
 */
export function troublesOf({ warnings, kiosks, clock_in_doubt: isClockInDoubt, hall }) {
  const missing = kiosks
    .filter(({ status }) => KIOSK_TROUBLES.has(status))
    .map(({ id, detail, since_at_ms }) => ({ code: "kiosk_missing", subject: id, detail, since_at_ms }));
  const isClockTold = !isClockInDoubt || warnings.some(({ code }) => code === "clock_in_doubt");
  const clock = isClockTold ? [] : [{ code: "clock_in_doubt", subject: hall.id, detail: "", since_at_ms: 0 }];
  const groups = new Map();
  for (const { code, ...one } of [...clock, ...warnings, ...missing]) {
    if (!groups.has(code)) groups.set(code, { code, tone: TONES.get(code) ?? "danger", cases: [] });
    groups.get(code).cases.push(one);
  }
  return [...groups.values()].sort((one, other) => URGENCIES.indexOf(one.code) - URGENCIES.indexOf(other.code));
}
