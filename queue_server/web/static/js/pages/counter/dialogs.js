/* Which dialog stands over the page, and when one that was opened has lost its reason. */

import { html, useEffect } from "../../lib/html.js";
import { FindDialog } from "./find_dialog.js";
import { HeldDialog } from "./held_dialog.js";
import { HelpDialog } from "./help_dialog.js";
import { PauseDialog, ResultDialog, TakeDialog } from "./small_dialogs.js";
import { TransferDialog } from "./transfer_dialog.js";
import { WarningsDialog } from "./warnings_dialog.js";

const DIALOGS = {
  find: FindDialog,
  held: HeldDialog,
  help: HelpDialog,
  pause: PauseDialog,
  result: ResultDialog,
  take: TakeDialog,
  transfer: TransferDialog,
  warnings: WarningsDialog,
};

const ABOUT_IN_HAND = new Set(["result", "transfer"]);
const WITHOUT_NUMBERS = new Set(["help"]);

export function Dialogs({ desk }) {
  const asked = desk.dialog.value;
  const why = asked === null ? null : whyOver(desk, asked);
  const close = () => (desk.dialog.value = null);
  useEffect(() => {
    if (why === null) return;
    close();
    if (why === "left") desk.say("warn", "counter.left_while_asked");
  }, [why]);
  if (asked === null || why !== null) return null;
  const Asked = DIALOGS[asked.name];
  return html`<${Asked} desk=${desk} asked=${asked} close=${close} />`;
}

/** "lost": it would show numbers that nobody confirms; "left": it is about a ticket that is no longer in hand. */
function whyOver({ live, isLost }, { name, sees }) {
  if (isLost.value && !WITHOUT_NUMBERS.has(name)) return "lost";
  const inHand = live.view.value.ticket?.id ?? null;
  return ABOUT_IN_HAND.has(name) && inHand !== sees ? "left" : null;
}
