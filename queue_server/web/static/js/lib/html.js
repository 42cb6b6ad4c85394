/* Markup without a build step: html`<p>${text}</p>` makes Preact elements. Text is escaped by construction. */

import htm from "../../vendor/htm.js";
import { h } from "../../vendor/preact.js";
import "../../vendor/signals.js"; // components that read a signal are drawn again when it changes

export { render } from "../../vendor/preact.js";
export { useEffect, useLayoutEffect, useRef, useState } from "../../vendor/preact-hooks.js";
export { batch, computed, effect, signal, untracked } from "../../vendor/signals-core.js";

export const html = htm.bind(h);
