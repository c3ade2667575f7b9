/** Which desks this one talks to: circles on a ring, this one in the middle, a line with its round trip; the ILS crossed out. */

import type { DeskView, OutageState } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, nothing, svg, type TemplateResult } from "../lit.ts";
import { sinceToText } from "../words.ts";
import { CENTRE, type Place, placeDesks } from "./geometry.ts";

const WIDTH = 560;
const HEIGHT = 320;

interface MeshWords {
  readonly timezone: string;
  /** ms since the epoch. */
  readonly now: number;
  /** As staff call their ILS, if they do. */
  readonly ilsName: string | undefined;
}

/** Letters that the cloud has room for, and those that are set closer to find room in it. */
const FIT_IN_CLOUD = 13;
const MOST_IN_CLOUD = 18;
const WIDE_IN_CLOUD = 114;

export function meshPicture(
  desks: readonly DeskView[],
  state: OutageState,
  { timezone, now, ilsName }: MeshWords,
): TemplateResult {
  const places = placeDesks(desks);
  const isDown = state === "open";
  const cloud = cloudToText(ilsName);
  return html`<svg class="picture small-picture" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${t`Which desks are linked. The table of desks says the same.`}>
    ${places.filter(({ desk }) => !desk.self).map((place) => edge(place))}
    ${places.map((place) => node(place, timezone, now))}
    <g><rect class="cloud" x="4" y="4" width="122" height="40" rx="8"/><text class="word" x="65" y="29" text-anchor="middle" textLength=${cloud.length > FIT_IN_CLOUD ? WIDE_IN_CLOUD : nothing} lengthAdjust="spacingAndGlyphs">${cloud}</text>
      ${isDown ? svg`<path class="cross" d="M4 4L126 44M126 4L4 44"/><text class="word stop" x="65" y="62" text-anchor="middle">${t`down`}</text>` : nothing}</g>
  </svg>`;
}

function cloudToText(ilsName = t`library system`): string {
  const letters = [...ilsName];
  return letters.length <= MOST_IN_CLOUD
    ? ilsName
    : `${letters
        .slice(0, MOST_IN_CLOUD - 1)
        .join("")
        .trimEnd()}…`;
}

function edge({ desk, x, y }: Place): TemplateResult {
  const middle = { x: (CENTRE.x + x) / 2, y: (CENTRE.y + y) / 2 };
  if (!desk.linked) return svg`<path class="edge none" d="M${CENTRE.x} ${CENTRE.y}L${x} ${y}"/>`;
  const trip = desk.roundTripMs === undefined ? "" : t`${desk.roundTripMs} ms`;
  return svg`<path class="edge" d="M${CENTRE.x} ${CENTRE.y}L${x} ${y}"/>
    <text class="word quiet backed" x=${middle.x} y=${middle.y - 8} text-anchor="middle">${trip}</text>`;
}

function node({ desk, x, y }: Place, timezone: string, now: number): TemplateResult {
  const below = desk.self ? t`this desk` : desk.linked ? t`linked` : awayText(desk, timezone, now);
  return svg`<g><circle class="node ${desk.self ? "self" : desk.linked ? "linked" : "away"}" cx=${x} cy=${y} r="24"/>
    <text class="word node-word" x=${x} y=${y + 5} text-anchor="middle">${desk.name.replace(/^(\D)\D*(\d*)$/, "$1$2").slice(0, 3)}</text>
    <text class="word backed" x=${x} y=${y + 42} text-anchor="middle">${desk.name.slice(0, 24)}</text>
    <text class="word quiet backed" x=${x} y=${y + 58} text-anchor="middle">${below}</text></g>`;
}

function awayText(desk: DeskView, timezone: string, now: number): string {
  return desk.lastHeard === undefined
    ? t`not heard`
    : t`not heard since ${sinceToText(desk.lastHeard, timezone, now)}`;
}
