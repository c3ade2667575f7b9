/** Who holds what: a square per desk that made scans and desk that holds them, full or with how many are missing. */

import type { DesksView } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, svg, type TemplateResult } from "../lit.ts";

const CELL = { width: 104, height: 40 };
const LEFT = 140;
const TOP = 34;

export function matrixPicture(view: DesksView): TemplateResult {
  const holders = view.desks;
  const width = LEFT + holders.length * CELL.width;
  const height = TOP + view.matrix.length * CELL.height;
  const name = (desk: string): string =>
    short(holders.find((each) => each.desk === desk)?.name ?? t`Unknown`);
  return html`<div class="scroll picture-scroll" tabindex="0" role="region" aria-label=${t`Who holds what, as a picture`}>
    <svg class="picture matrix" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${t`Who holds what. The table below says the same.`}>
    <text class="word quiet" x="0" y="20">${t`made at ↓ · held by →`}</text>
    ${holders.map((desk, index) => svg`<text class="word" x=${LEFT + index * CELL.width + CELL.width / 2} y="20" text-anchor="middle">${short(desk.name)}</text>`)}
    ${view.matrix.map((row, line) => {
      const made = holders.find((desk) => desk.desk === row.made)?.made ?? 0;
      const y = TOP + line * CELL.height;
      return svg`<text class="word" x="0" y=${y + 25}>${name(row.made)}</text>${holders.map(
        (holder, column) => {
          const count = row.held.find((held) => held.by === holder.desk)?.count ?? 0;
          const x = LEFT + column * CELL.width;
          const isWhole = count >= made;
          return svg`<rect class="cell ${isWhole ? "whole" : "part"}" x=${x + 3} y=${y + 3} width=${CELL.width - 6} height=${CELL.height - 6} rx="4"/>
          <text class="word ${isWhole ? "good" : "wait"} strong" x=${x + CELL.width / 2} y=${y + 25} text-anchor="middle">${isWhole ? "✓ " : ""}${count}/${made}</text>`;
        },
      )}`;
    })}</svg></div>`;
}

function short(name: string): string {
  return name.length > 13 ? `${name.slice(0, 12)}…` : name;
}
