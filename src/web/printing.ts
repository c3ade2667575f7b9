/**
 * Prints one sheet through the browser's own dialog (or silently, with Chrome's --kiosk-printing). The sheet is put
 * beside the page, measured, and the paper made exactly as long: a roll has no pages.
 */
import { render, type TemplateResult } from "./lit.ts";

export interface PrintJob {
  readonly content: TemplateResult;
  /** A roll of that width in mm; `page`: whatever paper is in the printer. */
  readonly paper: "80" | "58" | "page";
}

export interface Printer {
  /** `undefined`: what was printed last goes from the page. */
  print(job: PrintJob | undefined): void;
}

const MM_PER_PX = 25.4 / 96;
/** What stands on the sheet goes from the page after so long: it is a patron's. */
const KEPT_MS = 60_000;

export function createPrinter(): Printer {
  const sheet = document.createElement("div");
  sheet.id = "print";
  sheet.setAttribute("aria-hidden", "true");
  document.body.append(sheet);
  // The content policy forbids styles in the page, and lets a script make a sheet of its own.
  const style = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  let clearing: ReturnType<typeof setTimeout> | undefined;

  function clear(): void {
    clearTimeout(clearing);
    render(undefined, sheet);
    style.replaceSync("");
  }

  // Whoever prints the next page wants that one, not the slip before.
  addEventListener("hashchange", clear);

  return {
    print(job) {
      clear();
      if (job === undefined) return;
      sheet.className = `paper-${job.paper}`;
      render(job.content, sheet);
      if (job.paper !== "page") {
        const height = Math.ceil(sheet.getBoundingClientRect().height * MM_PER_PX) + 2;
        style.replaceSync(`@page { size: ${job.paper}mm ${height}mm; margin: 0; }`);
      }
      clearing = setTimeout(clear, KEPT_MS);
      window.print();
    },
  };
}
