/* Whether a letter alone acts. Speech input types letters by itself, and a wrong one would call a citizen: whoever dictates
 * switches them off (WCAG 2.2, 2.1.4). The choice stays on this machine.
 */

import { signal } from "../../lib/html.js";

const STORED_AS = "antrean.counter.letters";
const OFF = "off";

export const areLettersOn = signal(stored() !== OFF);

export function switchLetters(isOn) {
  areLettersOn.value = isOn;
  try {
    localStorage.setItem(STORED_AS, isOn ? "on" : OFF);
  } catch {
    // a browser that keeps nothing: the choice lasts as long as the page
  }
}

function stored() {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}
