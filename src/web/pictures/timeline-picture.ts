/**
 * An outage, desk by desk: a lane each, a tick per minute and kind (loans up, returns down), the outage's states as a
 * bar, files as flags, silence hatched, conflicts as diamonds. Every picture has the same facts as a table below it.
 */

import type { TimelineView } from "../../node/http/api.ts";
import { dayIn } from "../dates.ts";
import { t } from "../language.ts";
import { html, nothing, svg, type TemplateResult } from "../lit.ts";
import { countToText, instantToShort, instantToTime, kindCountToText, sinceToText } from "../words.ts";
import { type TimeAxis, tickToMs, viewToAxis } from "./time-axis.ts";

const WIDTH = 1000;
const LEFT = 116;
const RIGHT = WIDTH - 16;
const LANE = 44;
const TOP = 52;
/** Half the room for a day and its time at the foot. */
const MARK_PX = 56;
/** Room for the name of a file beside its flag. */
const NAME_PX = 140;
const DAY_MS = 24 * 3_600_000;

/** Up: what leaves the library. Down: what comes back. */
const LOOKS: Readonly<Record<string, "out" | "in" | "other">> = {
  checkout: "out",
  renewal: "out",
  "non-catalogued": "out",
  checkin: "in",
};

const STATE_WORDS: Readonly<Record<string, string>> = {
  open: t`outage`,
  "open-again": t`outage`,
  closing: t`ending`,
  close: t`closed`,
};

export function timelinePicture(view: TimelineView, timezone: string, now: number): TemplateResult {
  const axis = viewToAxis(view, now, LEFT, RIGHT);
  if (axis === undefined) return html`<p class="quiet">${t`Nothing was recorded in this outage yet.`}</p>`;
  const height = TOP + view.desks.length * LANE + 34;
  return html`<div class="scroll picture-scroll" tabindex="0" role="region" aria-label=${t`The outage, desk by desk`}>
      <svg class="picture" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label=${summary(view)}>
        <defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="hatch" d="M0 0V8"/></pattern></defs>
        ${states(view, axis, now)}
        ${axis.marks.map(
          (mark, index) => svg`<path class="grid" d="M${mark.x} ${TOP - 8}V${height - 26}"/>
          <text class="word quiet" x=${mark.x > RIGHT - MARK_PX ? RIGHT : mark.x} y=${height - 6} text-anchor=${mark.x > RIGHT - MARK_PX ? "end" : "middle"}>${markToText(index, axis, timezone)}</text>`,
        )}
        ${view.desks.map((desk, index) => lane(view, desk, index, axis, timezone, now))}
        ${flags(view.batches, axis, height)}
      </svg></div>
    ${legend()}${twin(view, timezone, now)}`;
}

function summary(view: TimelineView): string {
  const count = view.desks.flatMap((desk) => desk.ticks).reduce((sum, tick) => sum + tick.count, 0);
  return t`${countToText(count, t`record`, t`records`)} at ${countToText(view.desks.length, t`desk`, t`desks`)}, ${countToText(view.batches.length, t`file`, t`files`)}, ${countToText(view.conflicts.length, t`conflict`, t`conflicts`)}. The table below says the same.`;
}

function states(view: TimelineView, axis: TimeAxis, now: number): TemplateResult[] {
  const end = view.state === "closed" ? axis.toMs : Math.max(axis.toMs, now);
  return view.moves.map((move, index) => {
    const from = axis.x(Date.parse(move.at));
    const to = axis.x(Date.parse(view.moves[index + 1]?.at ?? new Date(end).toISOString()));
    const width = Math.max(to - from, 3);
    const word = STATE_WORDS[move.to] ?? move.to;
    const fits = width > word.length * 9;
    return svg`<rect class="state ${move.to}" x=${from} y="4" width=${width} height="20" rx="3"/>
      ${fits ? svg`<text class="word on-state" x=${from + 6} y="19">${word}</text>` : nothing}`;
  });
}

function lane(
  view: TimelineView,
  desk: TimelineView["desks"][number],
  index: number,
  axis: TimeAxis,
  timezone: string,
  now: number,
): TemplateResult {
  const y = TOP + index * LANE + LANE / 2;
  const silent = desk.silentSince === undefined ? undefined : axis.x(Date.parse(desk.silentSince));
  return svg`<g><text class="word" x="4" y=${y + 5}>${shortName(desk.name)}</text>
    <path class="axis" d="M${LEFT} ${y}H${RIGHT}"/>
    ${silent === undefined ? nothing : gap(silent, y, sinceToText(desk.silentSince ?? "", timezone, now))}
    ${desk.ticks.map((tick) => {
      const look = LOOKS[tick.kind] ?? "other";
      const size = Math.min(6 + tick.count * 3, 18);
      const x = axis.x(tickToMs(view, tick.at));
      const [from, to] = look === "out" ? [y - size, y] : look === "in" ? [y, y + size] : [y - 4, y + 4];
      return svg`<path class="tick-${look}" d="M${x} ${from}V${to}"/>`;
    })}
    ${view.conflicts
      .filter((conflict) => conflict.desk === desk.desk)
      .map((conflict) => {
        const x = axis.x(Date.parse(conflict.at));
        return svg`<path class="diamond ${conflict.settled ? "settled" : ""}" d="M${x} ${y - 9}l9 9-9 9-9-9z"/>`;
      })}</g>`;
}

function gap(x: number, y: number, since: string): TemplateResult {
  const words = t`not heard since ${since}`;
  const width = Math.max(RIGHT - x, 8);
  // Beside it where it is too narrow to be written in.
  const isInside = width > words.length * 8;
  return svg`<rect class="gap" x=${x} y=${y - 15} width=${width} height="30" fill="url(#hatch)"/>
    <text class="word stop backed" x=${isInside ? x + 8 : x - 6} y=${y + 5} text-anchor=${isInside ? "start" : "end"}>${words}</text>`;
}

/** Files made shortly after each other have one name between them, beside the last: the tables below name all. */
function flags(batches: TimelineView["batches"], axis: TimeAxis, height: number): readonly TemplateResult[] {
  const groups: { readonly id: string; readonly xs: number[] }[] = [];
  for (const { id, at } of batches) {
    const x = axis.x(Date.parse(at));
    const last = groups.at(-1);
    if (last !== undefined && x - (last.xs.at(-1) ?? 0) < NAME_PX) last.xs.push(x);
    else groups.push({ id, xs: [x] });
  }
  let free = LEFT;
  return groups.map(({ id, xs }) => {
    const [first = 0, last = 0] = [xs[0], xs.at(-1)];
    const isLate = last > RIGHT - NAME_PX;
    // At the right edge it stands before the first of them, unless another name does.
    const name = isLate && first - NAME_PX < free ? "" : xs.length === 1 ? id : `${id} +${xs.length - 1}`;
    free = isLate ? last : last + NAME_PX;
    return svg`${xs.map((x) => svg`<path class="flag-pole" d="M${x} 28V${height - 26}"/><path class="flag" d="M${x} 28${isLate ? "l-14 6 14 6z" : "l14 6-14 6z"}"/>`)}
      <text class="word strong" x=${isLate ? first - 18 : last + 18} y="40" text-anchor=${isLate ? "end" : "start"}>${name}</text>`;
  });
}

function legend(): TemplateResult {
  const sample = (drawn: TemplateResult, word: string): TemplateResult =>
    html`<li><svg class="sample" viewBox="0 0 24 24" aria-hidden="true">${drawn}</svg>${word}</li>`;
  return html`<ul class="legend">
    ${sample(svg`<path class="axis" d="M2 16H22"/><path class="tick-out" d="M12 4V16"/>`, t`lent or renewed, up`)}
    ${sample(svg`<path class="axis" d="M2 8H22"/><path class="tick-in" d="M12 8V20"/>`, t`returned, down`)}
    ${sample(svg`<path class="tick-other" d="M12 7V17"/>`, t`anything else`)}
    ${sample(svg`<path class="diamond" d="M12 3l9 9-9 9-9-9z"/>`, t`must be decided (filled), decided (empty)`)}
    ${sample(svg`<path class="flag-pole" d="M7 3V21"/><path class="flag" d="M7 4l14 6-14 6z"/>`, t`a file was made`)}
    ${sample(svg`<rect class="gap" x="2" y="6" width="20" height="12" fill="url(#hatch)"/>`, t`not heard`)}</ul>`;
}

function twin(view: TimelineView, timezone: string, now: number): TemplateResult {
  const time = (at: string): string => instantToShort(at, timezone, now);
  const events = [
    ...view.moves.map((move) => ({
      at: move.at,
      text: t`Outage: ${STATE_WORDS[move.to] ?? move.to}${move.by === undefined ? "" : t`, by ${move.by}`}`,
    })),
    ...view.batches.map((batch) => ({ at: batch.at, text: t`File ${batch.id} made (${batch.state})` })),
    ...view.conflicts.map((conflict) => ({
      at: conflict.at,
      text: `${conflict.settled ? t`Decided` : t`To decide`}: ${conflict.text}`,
    })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return html`<details class="proof"><summary>${t`The same as tables`}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label=${t`Records by desk`}><table><caption class="hidden">${t`Records by desk`}</caption>
      <thead><tr><th scope="col">${t`Desk`}</th><th scope="col">${t`What`}</th><th scope="col">${t`First`}</th><th scope="col">${t`Last`}</th><th scope="col">${t`Not heard since`}</th></tr></thead>
      <tbody>${view.desks.map(
        (desk) => html`<tr><th scope="row">${desk.name}</th><td>${countsOf(desk)}</td>
        <td>${desk.ticks[0] === undefined ? "" : time(desk.ticks[0].at)}</td><td>${desk.ticks.length === 0 ? "" : time(desk.ticks.at(-1)?.at ?? "")}</td>
        <td>${desk.silentSince === undefined ? "" : time(desk.silentSince)}</td></tr>`,
      )}</tbody></table></div>
    <div class="scroll" tabindex="0" role="region" aria-label=${t`What happened`}><table><caption class="hidden">${t`What happened`}</caption>
      <thead><tr><th scope="col">${t`When`}</th><th scope="col">${t`What`}</th></tr></thead>
      <tbody>${events.map((event) => html`<tr><td class="time">${time(event.at)}</td><td>${event.text}</td></tr>`)}</tbody></table></div>
  </details>`;
}

function countsOf(desk: TimelineView["desks"][number]): string {
  const sums = new Map<string, number>();
  for (const { kind, count } of desk.ticks) sums.set(kind, (sums.get(kind) ?? 0) + count);
  return [...sums].map(([kind, count]) => kindCountToText(kind, count)).join(", ") || "nothing";
}

/** Over a day the hour alone would say too little: the first of each day has its date; of whole days there is nothing else. */
function markToText(index: number, { marks, stepMs, fromMs, toMs }: TimeAxis, timezone: string): string {
  const instant = new Date(marks[index]?.ms ?? fromMs).toISOString();
  const time = instantToTime(instant, timezone);
  if (toMs - fromMs <= DAY_MS) return time;
  const day = dayIn(instant, timezone, {});
  if (stepMs >= DAY_MS) return day;
  const before = marks[index - 1];
  const isSameDay = before !== undefined && dayIn(new Date(before.ms).toISOString(), timezone, {}) === day;
  return isSameDay ? time : `${day} ${time}`;
}

function shortName(name: string): string {
  return name.length > 14 ? `${name.slice(0, 13)}…` : name;
}
