/* At which counters: every one, or those that are ticked, by zone. */

import { boot } from "../../lib/boot.js";
import { html } from "../../lib/html.js";
import { named, t } from "../../lib/words.js";

const { counters, zones } = boot.page;

/** `chosen`: ids in the hall's order, or null for every counter, also those that come later. */
export function CountersChoice({ chosen, isWrong, onChoose }) {
  const tick = (id, isOn) => {
    const wanted = new Set(chosen);
    if (isOn) wanted.add(id);
    else wanted.delete(id);
    onChoose(counters.map((one) => one.id).filter((one) => wanted.has(one)));
  };
  return html`<fieldset class="choice" data-field="counters">
    <legend class="label">${t("accounts.counters")}</legend>
    <div class="choice-pair">
      <${Kind} value="every" isChosen=${chosen === null} onChoose=${() => onChoose(null)} />
      <${Kind} value="some" isChosen=${chosen !== null} isWrong=${isWrong} onChoose=${() => onChoose([])} />
    </div>
    ${chosen === null
      ? html`<p class="small quiet">${t("accounts.counters.every_text")}</p>`
      : zones.map((zone) => html`<${Zone} key=${zone.id} zone=${zone} chosen=${chosen} onTick=${tick} />`)}
  </fieldset>`;
}

function Kind({ value, isChosen, isWrong = false, onChoose }) {
  return html`<label class="choice-row">
    <input type="radio" class="tick" name="counters" value=${value} checked=${isChosen} aria-invalid=${isWrong ? "true" : null} onChange=${onChoose} />
    <strong>${t(`accounts.counters.${value}`)}</strong></label>`;
}

function Zone({ zone, chosen, onTick }) {
  const own = counters.filter((one) => one.zone === zone.id);
  if (own.length === 0) return null;
  return html`<div role="group" aria-labelledby=${`zone-${zone.id}`} class="choice-zone">
    <p class="small quiet" id=${`zone-${zone.id}`}>${named(zone.name)}</p>
    <div class="choice-grid">${own.map((one) => html`<label class="choice-tile" key=${one.id}>
      <input type="checkbox" class="tick" checked=${chosen.includes(one.id)} onChange=${(event) => onTick(one.id, event.target.checked)} />${one.name}</label>`)}</div>
  </div>`;
}
