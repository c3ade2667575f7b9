/** A file line by line: row n explains line n of the file, with what the library system said of it where it said something. */

import type { TodoView } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { kindToWord } from "../words.ts";

/** A sheet for a spreadsheet has them all; a page only what somebody reads. */
const SHOWN_MOST = 500;

/** `rows`: the batch's `lines` sheet, its header first. */
export function linesTable(rows: readonly (readonly string[])[], todos: readonly TodoView[]): TemplateResult {
  const [header = [], ...lines] = rows;
  const column = (name: string): number => header.indexOf(name);
  const [line, time, desk, kind, patron, item, title, note] = [
    ...["line", "time", "desk", "kind", "patron", "item", "title", "not_in_file"].map(column),
  ];
  const cell = (row: readonly string[], index: number | undefined): string => row[index ?? -1] ?? "";
  const results = new Map(
    todos.flatMap((todo) => (todo.line === undefined ? [] : [[String(todo.line), todo] as const])),
  );
  return html`<div class="sheet list lines" tabindex="0" role="region" aria-label=${t`Line by line`}><table><caption class="hidden">${t`Lines of the file`}</caption>
    <thead><tr><th scope="col" class="number">${t`Line`}</th><th scope="col">${t`Time`}</th><th scope="col">${t`Desk`}</th><th scope="col">${t`Kind`}</th><th scope="col">${t`Card`}</th>
      <th scope="col">${t`Item`}</th><th scope="col">${t`Note`}</th><th scope="col">${t`Result`}</th></tr></thead>
    <tbody>${lines.slice(0, SHOWN_MOST).map((row) => {
      const number = cell(row, line);
      const todo = results.get(number);
      return html`<tr data-line=${number}><th scope="row" class="number">${number}</th><td class="time">${cell(row, time).slice(11, 16)}</td><td>${cell(row, desk)}</td>
        <td>${kindToWord(cell(row, kind))}</td><td class="code" dir="ltr">${cell(row, patron)}</td>
        <td><span class="title">${cell(row, title)}</span><span class="code" dir="ltr">${cell(row, item)}</span></td><td class="small">${cell(row, note)}</td>
        <td class="small">${todo === undefined ? nothing : html`<span class="chip stop">${todo.kind === "refused" ? t`refused` : t`to do`}</span> ${todo.words ?? todo.text}`}</td></tr>`;
    })}</tbody></table></div>
    ${lines.length > SHOWN_MOST ? html`<p class="quiet">${t`The first ${SHOWN_MOST} of ${lines.length} lines; save the line-by-line file for all of them.`}</p>` : nothing}`;
}
