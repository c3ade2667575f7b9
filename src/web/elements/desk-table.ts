/** One row per desk: what it made, what of it is here, when it was heard, and the verdict. */

import type { DesksView, DeskView, Verdict } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { bytesToText, offsetToText, sinceToText, verdictToWord } from "../words.ts";

const TONES: Readonly<Record<Verdict, string>> = {
  finished: "good",
  "all-here": "good",
  away: "stop",
  lost: "wait",
  unknown: "wait",
};

export function deskTable(desks: readonly DeskView[], timezone: string, isFull: boolean): TemplateResult {
  const now = Date.now();
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t`Desks`}><table class="desks">
    <caption class="hidden">${t`Desks and what they hold`}</caption>
    <thead><tr><th scope="col">${t`Desk`}</th><th scope="col" class="number">${t`Made`}</th><th scope="col" class="number">${t`Here`}</th>
      <th scope="col">${t`Last heard`}</th>${isFull ? html`<th scope="col">${t`Clock`}</th><th scope="col">${t`Disk free`}</th><th scope="col">${t`Version`}</th>` : nothing}<th scope="col">${t`Verdict`}</th></tr></thead>
    <tbody>${desks.map(
      (desk) => html`<tr><th scope="row">${desk.name}${desk.self ? t`, this one` : ""}
        ${desk.twin ? html`<span class="chip stop">${t`twin: a cloned PC?`}</span>` : nothing}
        ${desk.aside === undefined ? nothing : html`<span class="chip wait">${t`${desk.aside.count} aside: ${asideToWords(desk.aside.reason)}`}</span>`}
        ${desk.standing === "admitted" ? nothing : html`<span class="chip wait">${desk.standing === "retired" ? t`retired` : t`not admitted, as far as this desk has heard`}</span>`}</th>
        <td class="number">${desk.made}${desk.verdict === "away" ? t` or more` : ""}</td><td class="number">${desk.here}</td>
        <td>${heard(desk, timezone, now)}</td>
        ${isFull ? html`<td>${desk.self ? t`this clock` : desk.offsetMs === undefined ? t`not known` : offsetToText(desk.offsetMs)}</td><td>${roomOf(desk)}</td><td>${desk.version ?? ""}</td>` : nothing}
        <td><span class="verdict ${TONES[desk.verdict]}">${verdictToWord(desk.verdict)}</span></td></tr>`,
    )}</tbody></table></div>`;
}

/** From here on a desk warns of its own disk, too. Bytes. */
const LOW_ROOM = 1024 ** 3;

function roomOf({ freeBytes }: DeskView): TemplateResult | string {
  if (freeBytes === undefined) return t`not known`;
  const text = bytesToText(freeBytes);
  return freeBytes < LOW_ROOM ? html`<span class="chip wait">${t`${text}: nearly full`}</span>` : text;
}

const ASIDE: Readonly<Record<string, string>> = {
  "unknown-desk": t`nobody has admitted this desk yet`,
  "retired-desk": t`made after it was retired`,
  "unknown-kind": t`made by a newer version`,
};

function asideToWords(reason: string): string {
  return ASIDE[reason] ?? reason;
}

/** The proof behind the verdicts: which desk holds how much of what which desk made. */
export function matrixTable(view: DesksView): TemplateResult {
  const names = new Map(view.desks.map((desk) => [desk.desk, desk.name]));
  const holders = view.desks;
  return html`<details class="proof"><summary>${t`The same as a table`}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label=${t`Who holds what`}><table>
    <caption class="hidden">${t`Rows: desk that made the scans. Columns: desk that holds them.`}</caption>
    <thead><tr><th scope="col">${t`Made at`}</th>${holders.map((desk) => html`<th scope="col" class="number">${t`held by ${desk.name}`}</th>`)}</tr></thead>
    <tbody>${view.matrix.map((row) => {
      const made = view.desks.find((desk) => desk.desk === row.made)?.made ?? 0;
      return html`<tr><th scope="row">${names.get(row.made) ?? t`Unknown desk`}</th>${holders.map((desk) => {
        const count = row.held.find((held) => held.by === desk.desk)?.count ?? 0;
        return html`<td class="number ${count >= made ? "good" : "wait"}">${t`${count} of ${made}`}</td>`;
      })}</tr>`;
    })}</tbody></table></div></details>`;
}

function heard(desk: DeskView, timezone: string, now: number): string {
  if (desk.self || desk.linked) return t`now`;
  return desk.lastHeard === undefined ? t`not yet` : sinceToText(desk.lastHeard, timezone, now);
}
