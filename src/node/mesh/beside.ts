/** Whoever dialled the `branch` document of a desk dials its outages too, once `branch` is synced (L8). */
import type { LogDocument } from "../../crdt/log/document.ts";
import type { Dialled } from "./dialled.ts";
import type { Link } from "./link.ts";

export interface Beside {
  /** Dials each document that isn't dialled there yet. */
  dial(link: Link, documents: Iterable<LogDocument>): void;
  /** The branch link to that run is gone. */
  stop(run: string): void;
  /** That document is dialled nowhere any more. */
  drop(document: string): void;
  stopAll(): void;
}

export function createBeside(
  dialOne: (document: LogDocument, address: { readonly host: string; readonly port: number }) => Dialled,
): Beside {
  const byRun = new Map<string, Map<string, Dialled>>();

  function stop(run: string): void {
    for (const dialled of byRun.get(run)?.values() ?? []) dialled.stop();
    byRun.delete(run);
  }

  return {
    dial(link, documents) {
      const dialled = byRun.get(link.peer.run) ?? new Map<string, Dialled>();
      byRun.set(link.peer.run, dialled);
      for (const document of documents) {
        if (document.name === "branch" || dialled.has(document.name)) continue;
        dialled.set(document.name, dialOne(document, link.address));
      }
    },
    stop,
    drop(document) {
      for (const dialled of byRun.values()) {
        dialled.get(document)?.stop();
        dialled.delete(document);
      }
    },
    stopAll() {
      for (const run of [...byRun.keys()]) stop(run);
    },
  };
}
