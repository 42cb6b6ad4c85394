/* The officer's place: whom he has before him, the one large button, everything else he can do, and who comes next. */

import { html } from "../../lib/html.js";
import { Strip } from "../../lib/strip.js";
import { Actions } from "./actions.js";
import { Dialogs } from "./dialogs.js";
import { Head } from "./head.js";
import { Held } from "./held.js";
import { InHand } from "./in_hand.js";
import { MainButton } from "./main_button.js";
import { MessageLine } from "./message_line.js";
import { NextInLine } from "./next_in_line.js";

export function Workplace({ desk }) {
  return html`<div class="page page-fixed counter">
    <${Strip} live=${desk.live} timezone=${desk.live.view.value.hall.timezone} kind="staff" />
    <${Head} desk=${desk} />
    <main class="page-main counter-main">
      <div class="counter-work">
        <${InHand} desk=${desk} />
        <${MessageLine} desk=${desk} />
        <${MainButton} desk=${desk} />
        <${Actions} desk=${desk} />
      </div>
      <div class="counter-side">
        <${NextInLine} desk=${desk} />
        <${Held} desk=${desk} />
      </div>
    </main>
    <${Dialogs} desk=${desk} />
  </div>`;
}
