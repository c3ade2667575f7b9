/** Clocks against each other: a dot per desk on a line of minutes; what is two minutes off or more is named. */

import type { DeskView } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, svg, type TemplateResult } from "../lit.ts";
import { offsetToText } from "../words.ts";
import { MIDDLE, offsetToX, REACH } from "./geometry.ts";

const WIDTH = 560;
const LIMIT_MS = 120_000;

export function clockPicture(desks: readonly DeskView[]): TemplateResult {
  const known = desks.filter((desk) => desk.self || desk.offsetMs !== undefined);
  const widest = Math.max(LIMIT_MS * 1.5, ...known.map((desk) => Math.abs(desk.offsetMs ?? 0)));
  const off = known.filter((desk) => Math.abs(desk.offsetMs ?? 0) >= LIMIT_MS);
  const height = 96 + off.length * 20;
  const limits = [-LIMIT_MS, LIMIT_MS].map((ms) => offsetToX(ms, widest));
  return html`<svg class="picture small-picture" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${t`Clocks against each other. The table of desks says the same.`}>
    <path class="axis" d="M${MIDDLE - REACH} 40H${MIDDLE + REACH}"/><path class="grid" d="M${MIDDLE} 22V58"/>
    ${limits.map((x) => svg`<path class="limit" d="M${x} 26V54"/>`)}
    <text class="word quiet" x=${MIDDLE} y="76" text-anchor="middle">${t`together`}</text>
    <text class="word quiet" x=${MIDDLE - REACH} y="76">${t`behind`}</text><text class="word quiet" x=${MIDDLE + REACH} y="76" text-anchor="end">${t`ahead`}</text>
    ${known.map((desk) => {
      const isOff = Math.abs(desk.offsetMs ?? 0) >= LIMIT_MS;
      return svg`<circle class="dot-mark ${isOff ? "off" : ""}" cx=${offsetToX(desk.offsetMs ?? 0, widest)} cy="40" r="8"/>`;
    })}
    ${off.map((desk, index) => svg`<text class="word wait strong" x=${MIDDLE} y=${98 + index * 20} text-anchor="middle">${desk.name}: ${offsetToText(desk.offsetMs ?? 0)}</text>`)}
  </svg>
  ${known.length <= 1 ? html`<p class="quiet">${t`No other desk is linked: there is nothing to compare with.`}</p>` : ""}`;
}
