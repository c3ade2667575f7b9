/** Dialogs about one item: found without its barcode, voided, given a title, and due dates large for the date stamp. */

import type { ItemView } from "../../node/http/api.ts";
import { t } from "../language.ts";
import { html, nothing, type TemplateResult } from "../lit.ts";
import { linesOf } from "../slip.ts";
import { timezoneOf } from "../store.ts";
import { rowToTitle } from "../words.ts";
import type { DialogAsk, DialogContent } from "./dialog-content.ts";

/** Asked only when somebody stops typing. */
const TYPING_PAUSE_MS = 250;
let typing: ReturnType<typeof setTimeout> | undefined;

/** The barcode is damaged: title, author or call number. What is chosen is entered as if it were typed. */
export function findItemContent({ model, send }: DialogAsk): DialogContent {
  const { query, hits, isDone } = model.counter.items;
  const { route } = model;
  const mode = route === "in" || route === "renew" ? route : "out";
  const typed = (event: Event): void => {
    const text = (event.target as HTMLInputElement).value.trim();
    clearTimeout(typing);
    typing = setTimeout(() => send({ kind: "find-item", query: text }), TYPING_PAUSE_MS);
  };
  const row = (item: ItemView): TemplateResult => html`<tr>
    <td><span class="title">${item.title ?? t`Without a title`}</span><span class="small quiet">${[item.author, item.callNumber].filter(Boolean).join(" · ")}</span></td>
    <td class="code" dir="ltr">${item.barcode}</td><td>${item.loan === undefined ? (item.status ?? "") : t`on loan`}</td>
    <td class="act"><button type="button" class="button" @click=${(event: Event) => send({ kind: "enter-item", barcode: item.barcode, mode, atMs: event.timeStamp })}>${t`Take this`}<span class="hidden"> ${item.barcode}</span></button></td></tr>`;
  const summary =
    query === "" ? "" : !isDone ? t`Looking…` : hits.length === 0 ? t`Nothing in our list matches.` : "";
  return {
    title: t`Find an item`,
    body: html`<div class="field"><label for="item-query">${t`Title, author or call number`}</label>
        <input id="item-query" data-start type="text" inputmode="search" autocomplete="off" maxlength="100" @input=${typed} /></div>
      <p class="quiet" role="status">${summary}</p>
      ${
        hits.length === 0
          ? nothing
          : html`<div class="sheet scroll found" tabindex="0" role="region" aria-label=${t`Items found`}><table>
            <caption class="hidden">${t`Items found`}</caption>
            <thead><tr><th scope="col">${t`Item`}</th><th scope="col">${t`Barcode`}</th><th scope="col">${t`State`}</th><th scope="col"><span class="hidden">${t`Take this`}</span></th></tr></thead>
            <tbody>${hits.map(row)}</tbody></table></div>`
      }`,
  };
}

export function voidContent({ model, send }: DialogAsk, id: string): DialogContent {
  const row = model.rows[id];
  return {
    title: t`Void this scan?`,
    safe: t`Keep it`,
    confirm: { word: t`Void it`, run: () => send({ kind: "void", id, reason: t`Scanned by mistake` }) },
    body: html`<p>${row === undefined ? "" : `${rowToTitle(row)} · ${row.item ?? ""}`}</p>
      <p>${t`It stays in the record as voided. If another desk has used the item since, look at it there as well.`}</p>`,
  };
}

export function titleContent({ model, send, field }: DialogAsk, id: string): DialogContent {
  const row = model.rows[id];
  return {
    title: t`Add a title`,
    safe: t`Leave it out`,
    confirm: {
      word: t`Add it`,
      run: () => {
        const title = field("item-title");
        if (title !== "") send({ kind: "add-title", id, title });
      },
    },
    body: html`<p class="quiet" dir="ltr">${row?.item ?? ""}</p>
      <div class="field"><label for="item-title">${t`Title, so that somebody can find it`}</label>
      <input id="item-title" name="item-title" data-start type="text" autocomplete="off" maxlength="200" /></div>`,
  };
}

/** Where there is no printer: one look for each stamp. */
export function dueDatesContent({ model }: DialogAsk): DialogContent {
  const { slip } = model.counter;
  const zone = timezoneOf(model);
  return {
    title: t`Due dates`,
    body: html`<ul class="stamps">${(slip?.rows ?? []).map(
      (row) =>
        html`<li><span>${rowToTitle(row)}</span>${slip === undefined ? nothing : linesOf(row, slip, zone, Date.now()).map((line, index) => (index === 0 ? html`<b>${line}</b>` : html`<span class="small">${line}</span>`))}</li>`,
    )}</ul>`,
  };
}
