/** One row per desk: what it made, what of it is here, when it was heard, and the verdict. */
import type { DesksView, DeskView, Verdict } from "../../node/http/api.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { offsetToText, sinceToText, verdictToWord } from "../words.ts";

const TONES: Readonly<Record<Verdict, string>> = {
  finished: "good",
  "all-here": "good",
  away: "stop",
  lost: "wait",
  unknown: "wait",
};

export function deskTable(desks: readonly DeskView[], timezone: string, isFull: boolean): TemplateResult {
  const now = Date.now();
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Desks"><table class="desks">
    <caption class="hidden">Desks and what they hold</caption>
    <thead><tr><th scope="col">Desk</th><th scope="col" class="number">Made</th><th scope="col" class="number">Here</th>
      <th scope="col">Last heard</th>${isFull ? html`<th scope="col">Clock</th><th scope="col">Version</th>` : nothing}<th scope="col">Verdict</th></tr></thead>
    <tbody>${desks.map(
      (desk) => html`<tr><th scope="row">${desk.name}${desk.self ? ", this one" : ""}
        ${desk.twin ? html`<span class="chip stop">twin: a cloned PC?</span>` : nothing}
        ${desk.aside === undefined ? nothing : html`<span class="chip wait">${desk.aside.count} aside: ${asideToWords(desk.aside.reason)}</span>`}
        ${desk.standing === "admitted" ? nothing : html`<span class="chip wait">${desk.standing === "retired" ? "retired" : "not admitted, as far as this desk has heard"}</span>`}</th>
        <td class="number">${desk.made}${desk.verdict === "away" ? " or more" : ""}</td><td class="number">${desk.here}</td>
        <td>${heard(desk, timezone, now)}</td>
        ${isFull ? html`<td>${desk.self ? "this clock" : desk.offsetMs === undefined ? "not known" : offsetToText(desk.offsetMs)}</td><td>${desk.version ?? ""}</td>` : nothing}
        <td><span class="verdict ${TONES[desk.verdict]}">${verdictToWord(desk.verdict)}</span></td></tr>`,
    )}</tbody></table></div>`;
}

const ASIDE: Readonly<Record<string, string>> = {
  "unknown-desk": "nobody has admitted this desk yet",
  "retired-desk": "made after it was retired",
  "unknown-kind": "made by a newer version",
};

function asideToWords(reason: string): string {
  return ASIDE[reason] ?? reason;
}

/** The proof behind the verdicts: which desk holds how much of what which desk made. */
export function matrixTable(view: DesksView): TemplateResult {
  const names = new Map(view.desks.map((desk) => [desk.desk, desk.name]));
  const holders = view.desks;
  return html`<details class="proof"><summary>Details: who holds what</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Who holds what"><table>
    <caption class="hidden">Rows: desk that made the scans. Columns: desk that holds them.</caption>
    <thead><tr><th scope="col">Made at</th>${holders.map((desk) => html`<th scope="col" class="number">held by ${desk.name}</th>`)}</tr></thead>
    <tbody>${view.matrix.map((row) => {
      const made = view.desks.find((desk) => desk.desk === row.made)?.made ?? 0;
      return html`<tr><th scope="row">${names.get(row.made) ?? "Unknown desk"}</th>${holders.map((desk) => {
        const count = row.held.find((held) => held.by === desk.desk)?.count ?? 0;
        return html`<td class="number ${count >= made ? "good" : "wait"}">${count} of ${made}</td>`;
      })}</tr>`;
    })}</tbody></table></div></details>`;
}

function heard(desk: DeskView, timezone: string, now: number): string {
  if (desk.self || desk.linked) return "now";
  return desk.lastHeard === undefined ? "not yet" : sinceToText(desk.lastHeard, timezone, now);
}
