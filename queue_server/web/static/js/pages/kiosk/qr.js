/* A QR code as one SVG path (ISO/IEC 18004; the encoder is vendored). */

import { html } from "../../lib/html.js";
import { correction, generate } from "../../../vendor/qr/lean-qr.js";

const QUIET_MODULES = 4; // the white border that ISO/IEC 18004, 6.3.8, asks for

export function QrCode({ text, label }) {
  const code = generate(text, { minCorrectionLevel: correction.M });
  const size = code.size + 2 * QUIET_MODULES;
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect width=${size} height=${size} fill="#fff" /><path d=${darkRuns(code)} fill="#000" /></svg>`;
}

/** One rectangle for each run of dark modules in a row. */
function darkRuns(code) {
  const runs = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      const start = x;
      while (code.get(x, y)) x += 1;
      if (x > start) runs.push(`M${start + QUIET_MODULES} ${y + QUIET_MODULES}h${x - start}v1h${start - x}z`);
    }
  }
  return runs.join("");
}
