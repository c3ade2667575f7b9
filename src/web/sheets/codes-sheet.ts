/** Codes to scan from paper: those that do something at Check out, and the one that shows what a scanner does. */
import { t } from "../language.ts";
import { html, type TemplateResult } from "../lit.ts";
import { SHEET_COMMANDS } from "../scan-code.ts";
import { TEST_CODES } from "../scanner-reading.ts";
import type { Model } from "../store.ts";
import { sheetHead } from "./sheet-head.ts";

const WORDS: Readonly<Record<string, string>> = {
  finish: t`Finish this patron`,
  void: t`Void the last scan`,
  out: t`Check out`,
  in: t`Check in`,
  renew: t`Renew`,
  print: t`Print the slip`,
};

export function codesSheet(model: Model, now: number): TemplateResult {
  const symbology = model.state?.settings?.symbology ?? "code128";
  return html`${sheetHead(model, t`Codes to scan`, now)}
    <p>${t`For hands in gloves: each does at Check out, Check in and Renew what stands below it.`}</p>
    <ul class="code-cards">${Object.entries(SHEET_COMMANDS).map(
      ([code, command]) =>
        html`<li><div class="bars"><img src=${`codes/${command}.svg`} alt="" /></div><b>${WORDS[command]}</b><span class="code" dir="ltr">${code}</span></li>`,
    )}</ul>
    <h2>${t`Scanner set-up`}</h2>
    <div class="bars test-code"><img src=${`codes/test-${symbology}.svg`} alt="" /><span class="code" dir="ltr">${TEST_CODES[symbology]}</span></div>`;
}
