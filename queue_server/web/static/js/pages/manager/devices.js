/* Screens and voices by zone, kiosks, printers with their paper. What is well takes a line, what is not says since when. */

import { html } from "../../lib/html.js";
import { hasWord, named, t } from "../../lib/words.js";
import { spanWords } from "./spans.js";

const TONES = {
  ready: "good",
  paper_low: "warn",
  sound_blocked: "warn",
  muted: "warn",
  paper_out: "danger",
  failed: "danger",
  offline: "danger",
};

export function Devices({ state, nowMs }) {
  return html`<section class="panel devices" aria-labelledby="devices-title">
    <header class="panel-head"><h2 id="devices-title">${t("manager.devices")}</h2></header>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="devices-title">
    ${state.zones.map((zone) => {
      const voice = state.voices.find((one) => one.zone === zone.id);
      const screens = state.screens.filter((one) => one.zone === zone.id);
      return html`<${Group} key=${zone.id} title=${named(zone.name)} heads=${[...voiceOf(voice, screens), ...of("screen", screens)]} nowMs=${nowMs} />`;
    })}
    <${Group} title=${t("manager.kiosks")} heads=${of("kiosk", state.kiosks)} nowMs=${nowMs} />
    <${Group} title=${t("manager.printers")} heads=${of("printer", state.printers)} nowMs=${nowMs} />
    </div>
  </section>`;
}

function of(kind, heads) {
  return heads.map((head) => ({ ...head, kind }));
}

/** Where there is no screen, nobody expects a voice. */
function voiceOf(voice, screens) {
  if (voice === undefined || (screens.length === 0 && voice.since_at_ms === 0)) return [];
  return of("voice", [{ ...voice, id: t("manager.voice") }]);
}

function Group({ title, heads, nowMs }) {
  if (heads.length === 0) return null;
  const inOrder = [...heads.filter(isQuiet), ...heads.filter((one) => !isQuiet(one))];
  return html`<section class="devices-group"><h3>${title}</h3>
    <ul>${inOrder.map((head) => html`<${Device} key=${`${head.kind}-${head.id}`} head=${head} nowMs=${nowMs} />`)}</ul>
  </section>`;
}

/** Well, and nothing more to say: a word for a screen reader is enough. A printer always says how its paper is. */
function isQuiet(head) {
  return head.status === "ready" && head.kind !== "printer" && backlog(head).length === 0;
}

function Device({ head, nowMs }) {
  const { kind, id, status, since_at_ms: sinceMs } = head;
  const words = statusWords(kind, status, sinceMs);
  const name = html`<span class=${`status status-${TONES[status] ?? "warn"}`}>${id}</span>`;
  if (isQuiet(head)) return html`<li>${name} <span class="only-spoken">${words}</span></li>`;
  const since = status === "ready" || sinceMs === 0 ? [] : [spanWords(nowMs - sinceMs)];
  return html`<li class="device-told">${name} <span class="device-words figures">${[words, ...since, ...backlog(head)].join(", ")}</span></li>`;
}

function statusWords(kind, status, sinceMs) {
  if (status === "offline" && sinceMs === 0) return t("manager.device.never");
  const own = `manager.device.${kind}.${status}`;
  const shared = `manager.device.${status}`;
  return hasWord(own) ? t(own) : hasWord(shared) ? t(shared) : status;
}

/** What a voice has yet to say, and what it could not say in time. */
function backlog({ pending = 0, dropped_today: dropped = 0 }) {
  return [
    pending > 0 && t("manager.voice.pending", { n: pending }),
    dropped > 0 && t("manager.voice.dropped", { n: dropped }),
  ].filter(Boolean);
}
