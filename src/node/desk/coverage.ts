/** Tells pages how far entries have got: only the feeds whose steps changed since the last word. */
import type { Events } from "../http/api.ts";
import { outageOfDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";

export interface CoverageTeller {
  changed(parts: DeskParts, document: string): Events["coverage"]["feeds"];
}

export function createCoverageTeller(): CoverageTeller {
  const told = new Map<string, string>();
  return {
    changed(parts, document) {
      const outage = outageOfDocument(document);
      const opened = parts.ledger.books.get(document);
      if (outage === null || !opened) return [];
      return [...opened.document.feeds()].flatMap((feed) => {
        const steps = parts.roster.steps(document, feed.key);
        const key = `${document} ${feed.key}`;
        const text = JSON.stringify(steps);
        if (told.get(key) === text) return [];
        told.set(key, text);
        const { desk, run } = feed.place;
        // The log counts entries; a page compares places, which start at 0.
        return [{ outage, desk, run, steps: steps.map((step) => ({ ...step, upTo: step.upTo - 1 })) }];
      });
    },
  };
}
