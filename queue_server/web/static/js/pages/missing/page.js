/* Nothing stands at this address; the server said so too (404). */

import { boot } from "../../lib/boot.js";
import { Door } from "../../lib/door.js";
import { html, render } from "../../lib/html.js";
import { t } from "../../lib/words.js";

const kind = boot.page?.path?.startsWith("/t/") ? "ticket" : "page";

function Missing() {
  return html`<${Door} title=${t(`missing.${kind}.title`)}>
    <p>${t(`missing.${kind}.text`)}</p>
    ${kind === "page" && html`<a class="button button-quiet" href="/">${t("missing.start")}</a>`}
  <//>`;
}

const root = document.getElementById("app");
root.replaceChildren();
render(html`<${Missing} />`, root);
