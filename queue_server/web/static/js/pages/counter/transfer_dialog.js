/* Sends the ticket in hand on: first where to (a service's line or one counter), then to which place in that line. */

import { html, useState } from "../../lib/html.js";
import { Dialog } from "../../lib/parts.js";
import { named, t } from "../../lib/words.js";
import { sendForTicket } from "./acts.js";
import { Choices, Leave } from "./choices.js";
import { serviceName } from "./next_in_line.js";
import { Picker } from "./picker.js";

const PLACES = ["original", "back", "front"];

export function TransferDialog({ desk, asked, close }) {
  const [target, setTarget] = useState(null);
  const view = desk.live.view.value;
  const send = (place) => {
    close();
    sendForTicket(desk, "transfer", "transfer", { ...target.args, place, sees: asked.sees });
  };
  return html`<${Dialog} title=${t("counter.transfer.title", { number: view.ticket.number })} onClose=${close}>
    ${target === null
      ? html`<${Picker} label=${t("counter.transfer.to")} options=${[...services(view), ...counters(view)]} onPick=${setTarget} />
          <${Leave} onLeave=${close} words=${t("common.cancel")} />`
      : html`<p>${t("counter.transfer.chosen", { name: target.words })}</p>
          <${Choices} options=${PLACES.map(placeOption)} onChoose=${send} onCancel=${close} />`}<//>`;
}

function placeOption(id) {
  return { id, words: t(`counter.place.${id}`), hint: t(`counter.place.${id}_hint`) };
}

function services({ all_services: all, agencies }) {
  return all.map(({ id, agency, name, open }) => ({
    id: `service ${id}`,
    args: { service: id },
    words: named(name),
    hint: named(agencies.find((one) => one.id === agency)?.name),
    more: open ? "" : t("counter.service_closed"),
  }));
}

/** A closed counter takes nobody, and sending someone to where he already is helps nobody. */
function counters(view) {
  return view.all_counters
    .filter((one) => one.state !== "closed" && one.id !== view.counter)
    .map((one) => ({
      id: `counter ${one.id}`,
      args: { to_counter: one.id },
      words: one.name,
      hint: one.services.map((service) => serviceName(view, service)).join(", "),
      more: one.state === "paused" ? t("counter.state.paused") : "",
    }));
}
