/** Does what concerns this desk alone: its settings, its sounds, forms and slips to try the printer with. */

import type { Tools } from "./acts.ts";
import { applicationSheet } from "./application.ts";
import type { CounterIntent } from "./counter.ts";
import { setCounter } from "./counter-acts.ts";
import { changeSettings } from "./desk-settings.ts";
import { t } from "./language.ts";
import { html } from "./lit.ts";
import { paperForm } from "./paper-form.ts";
import { slipSheet } from "./slip.ts";
import type { Family } from "./sounds.ts";

const FAMILIES: readonly Family[] = ["success", "info", "attention", "stop"];
/** Between two of them: each is over by then. */
const SOUND_EVERY_MS = 700;

export function runDeskAct(tools: Tools, intent: CounterIntent): void {
  const { counter } = tools.store.get();
  switch (intent.kind) {
    case "ignored":
      if (intent.isNew) tools.sound("stop");
      setCounter(tools, { ignored: intent.code });
      break;
    case "change-desk": {
      const { staff } = tools.store.get();
      const at = new Date(tools.now()).toISOString();
      const settings = changeSettings(counter.settings, intent.change, at, staff);
      tools.keepSettings(settings);
      setCounter(tools, { settings });
      break;
    }
    case "test-sound":
      playAll(tools);
      break;
    case "print-form":
      tools.print(paperForm(tools.store.get().state));
      break;
    case "print-application":
      tools.print(applicationSheet(tools.store.get(), intent, tools.now()));
      break;
    case "print-test":
      printTest(tools);
      break;
    case "show-again":
      setCounter(tools, { isHidden: false });
      break;
    case "practice":
      tools.practise(intent.isOn);
      break;
    default:
  }
}

/** One after the other, as they come at the desk. */
function playAll(tools: Tools): void {
  for (const [index, family] of FAMILIES.entries())
    setTimeout(() => tools.sound(family), index * SOUND_EVERY_MS);
}

/** A slip without a patron or an item: does it come out, and is it cut at its end? */
function printTest(tools: Tools): void {
  const model = tools.store.get();
  const { paper } = model.counter.settings;
  const slip = { rows: [], lines: {}, printedAt: new Date(tools.now()).toISOString() };
  const content = html`${slipSheet(model, slip)}<div class="slip"><p>${t`Test slip. 1234567890 ÄÖÜ äöü ß é ñ`}</p><p>${t`Is this line whole, and is the paper cut below it?`}</p></div>`;
  tools.print({ content, paper: paper === "none" ? "page" : paper });
}
