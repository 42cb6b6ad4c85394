/* A one-use link: the code behind the # never reaches a server log; it is exchanged for a cookie and forgotten. */

import { boot } from "../../lib/boot.js";
import { Door } from "../../lib/door.js";
import { html, render, signal } from "../../lib/html.js";
import { icon } from "../../lib/icons.js";
import { post } from "../../lib/post.js";
import { t } from "../../lib/words.js";

const code = decodeURIComponent(location.hash.slice(1));
const step = signal("working"); // working, no_code, used, offline

/** The code must not stay in the history of a browser that stands in a public hall. */
history.replaceState(null, "", location.pathname);

async function redeem() {
  if (code === "") {
    step.value = "no_code";
    return;
  }
  step.value = "working";
  const answer = await post("/api/v1/link", { code });
  if (answer.ok) location.replace(boot.page.next || answer.body.go);
  else step.value = answer.status === 0 || answer.status >= 500 || answer.status === 429 ? "offline" : "used";
}

function Link() {
  return html`<${Door} title=${t(`link.${step}.title`)}>
    <div class="stack" role="status">
      <p class=${step.value === "working" ? "quiet" : "note note-warn"}>
        ${step.value !== "working" && icon("triangle-alert")}<span>${t(`link.${step}.text`)}</span>
      </p>
    </div>
    ${step.value === "offline" && html`<button type="button" class="button button-wide" onClick=${redeem}>${t("common.try_again")}</button>`}
    ${(step.value === "used" || step.value === "no_code") && html`<${NewLink} />`}
  <//>`;
}

function NewLink() {
  return html`<p><a href="/pair">${t("link.pair")}</a></p><p>${t("link.new")}</p><p class="command"><code>antrean link --role … --hall … --id …</code></p>`;
}

render(html`<${Link} />`, document.getElementById("app"));
redeem();
