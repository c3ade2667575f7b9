/** What pages are told as it happens: rows, coverage, desks and exceptions; a little later and once, where more comes. */
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import type { Events } from "../http/api.ts";
import type { Soon } from "../mesh/soon.ts";
import { createCoverageTeller } from "./coverage.ts";
import { viewDesks } from "./desks-view.ts";
import { countExceptions } from "./exceptions-view.ts";
import { reasonOf } from "./fault-text.ts";
import type { DeskParts } from "./parts.ts";
import { toRow } from "./rows.ts";

export interface Telling {
  facts(facts: readonly Recorded[]): void;
  coverage(document: string): void;
  desks(): void;
}

export interface TellingOptions {
  /** `null`: what is read from the disk comes before there is anybody to tell. */
  readonly parts: () => DeskParts | null;
  readonly soon: Soon;
  readonly emit: <K extends keyof Events>(kind: K, data: Events[K]) => void;
  readonly onChanged: () => void;
  readonly log: (text: string) => void;
}

/** More facts at once than this are a catch-up: pages load anew rather than take each. */
const rowsAtOnce = 100;

export function createTelling({ parts, soon, emit, onChanged, log }: TellingOptions): Telling {
  function tellRow(opened: DeskParts, recorded: Recorded<Transaction>): void {
    toRow(opened, recorded)
      .then((row) => emit("recorded", { row }))
      .catch((why: unknown) => log(`A row could not be shown: ${reasonOf(why)}`));
  }

  /** `act` a moment later, if there is a desk by then. */
  function later(name: string, delayMs: number, act: (opened: DeskParts) => void): void {
    soon(name, delayMs, () => {
      const opened = parts();
      if (opened) act(opened);
    });
  }

  function tellExceptions(): void {
    later("exceptions", 50, (opened) => emit("exception", countExceptions(opened)));
  }

  function tellDesks(): void {
    later("desks", 100, (opened) => emit("desk", viewDesks(opened)));
  }

  const coverage = createCoverageTeller();
  return {
    facts(facts) {
      const opened = parts();
      if (!opened) return;
      const rows = facts.filter((one): one is Recorded<Transaction> => one.fact.kind !== "settlement");
      if (rows.length <= rowsAtOnce) for (const row of rows) tellRow(opened, row);
      tellExceptions();
      onChanged();
    },
    coverage(document) {
      later(`coverage ${document}`, 20, (opened) => {
        const feeds = coverage.changed(opened, document);
        if (feeds.length > 0) emit("coverage", { feeds, of: opened.roster.members() });
      });
      tellDesks();
      // What is aside makes no facts, but may be an exception.
      tellExceptions();
    },
    desks: tellDesks,
  };
}
