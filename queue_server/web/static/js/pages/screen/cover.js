/* Instead of numbers that may be wrong: where to ask. */

import { html } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { Both } from "./both.js";

export function Cover() {
  return html`<section class="cover">
    ${icon("info")}
    <h2><${Both} word="screen.lost" isLong /></h2>
    <p><${Both} word="screen.lost_more" isLong /></p>
  </section>`;
}
