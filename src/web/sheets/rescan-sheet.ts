/** Items that came back in the outage, to be scanned into the library system again: one barcode each, by where they go. */
import { withIls } from "../ils.ts";
import { t } from "../language.ts";
import { html, type TemplateResult } from "../lit.ts";
import { type Model, timezoneOf } from "../store.ts";
import { countToText, instantToShort } from "../words.ts";
import { sheetHead } from "./sheet-head.ts";

export function rescanSheet(model: Model, now: number): TemplateResult {
  const { rescan } = model.office;
  const zone = timezoneOf(model);
  const head = sheetHead(model, t`Re-scan sheet`, now);
  if (rescan === undefined) return html`${head}<p>${t`Reading…`}</p>`;
  if (rescan.items === 0)
    return html`${head}<p>${t`Nothing came back in this outage: there is nothing to scan again.`}</p>`;
  const count = countToText(rescan.items, t`item`, t`items`);
  const { outage } = rescan;
  const how = withIls(
    model,
    (name) =>
      t`${count} came back in outage ${outage}. Scan each as a return in ${name}, from the item or from here, and tick it off.`,
    t`${count} came back in outage ${outage}. Scan each as a return in the library system, from the item or from here, and tick it off.`,
  );
  return html`${head}<p>${how}</p>
    ${rescan.groups.map(
      (
        group,
      ) => html`<h2>${group.destination === "" ? t`Shelve` : group.destination} · ${group.items.length}</h2>
      <table class="rescan"><thead><tr><th scope="col">${t`Done`}</th><th scope="col">${t`Barcode`}</th><th scope="col">${t`Item`}</th><th scope="col">${t`Came back`}</th></tr></thead>
        <tbody>${group.items.map(
          (item) => html`<tr class="rescan-row"><td><span class="tick-box" aria-hidden="true"></span></td>
          <td><div class="bars">${svgToNode(item.svg)}</div><div class="code" dir="ltr">${item.item}</div></td><td>${item.title ?? ""}</td>
          <td>${instantToShort(item.at, zone, now)} · ${item.desk}</td></tr>`,
        )}</tbody></table>`,
    )}
    <p><b>${t`Shred after use.`}</b></p>`;
}

/** The node draws bars, and nothing else may come in this way. */
function svgToNode(text: string): Node | string {
  const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
  const isBars =
    documentElement.localName === "svg" &&
    [...documentElement.querySelectorAll("*")].every(({ localName }) => DRAWN.has(localName));
  if (!isBars) return t`(no barcode)`;
  // A reader hears the number below it.
  documentElement.setAttribute("aria-hidden", "true");
  return document.importNode(documentElement, true);
}

const DRAWN: ReadonlySet<string> = new Set(["path", "rect", "g", "polygon"]);
