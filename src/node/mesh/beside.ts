/** Whoever dialled the `branch` document of a desk dials its outages too, once `branch` is synced (L8). */
import type { LogDocument } from "../../crdt/log/document.ts";
import type { Dialled } from "./dialled.ts";
import type { Link } from "./link.ts";

export interface Beside {
  /** Dials each document that isn't dialled there yet, and none any more where that run was linked before. */
  dial(link: Link, documents: Iterable<LogDocument>): void;
  /** The branch link to that run is gone. */
  stop(run: string): void;
  /** That document is dialled nowhere any more. */
  drop(document: string): void;
  stopAll(): void;
}

/** Where a run's outages are dialled. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly dialled: Map<string, Dialled>;
}

export function createBeside(
  dialOne: (document: LogDocument, address: { readonly host: string; readonly port: number }) => Dialled,
): Beside {
  const byRun = new Map<string, Place>();

  function stop(run: string): void {
    const known = byRun.get(run);
    byRun.delete(run);
    for (const one of known?.dialled.values() ?? []) one.stop();
  }

  return {
    dial({ peer, address }, documents) {
      const { host, port } = address;
      const known = byRun.get(peer.run);
      // The link was taken over by one to another address: what was dialled at the old one would go on there for ever.
      if (known && (known.host !== host || known.port !== port)) stop(peer.run);
      const { dialled } = byRun.get(peer.run) ?? { dialled: new Map<string, Dialled>() };
      byRun.set(peer.run, { host, port, dialled });
      for (const document of documents) {
        if (document.name === "branch" || dialled.has(document.name)) continue;
        dialled.set(document.name, dialOne(document, address));
      }
    },
    stop,
    drop(document) {
      for (const { dialled } of byRun.values()) {
        dialled.get(document)?.stop();
        dialled.delete(document);
      }
    },
    stopAll() {
      for (const run of [...byRun.keys()]) stop(run);
    },
  };
}
