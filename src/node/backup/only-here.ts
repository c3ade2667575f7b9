/** Whether this desk holds entries that no other one is known to hold. */
import type { DeskParts } from "../desk/parts.ts";

/** A run's header and its end say nothing that anybody would miss. */
const empty: ReadonlySet<string> = new Set(["run", "done"]);

export function holdsEntriesAlone({ ledger, roster, own }: DeskParts): boolean {
  const gone = new Set(ledger.branch.statements.flatMap(({ desk, says }) => (says === "lost" ? [desk] : [])));
  for (const { document } of ledger.books.all()) {
    const others = [...roster.frontiers(document.name)].filter(([desk]) => {
      const isRetired = ledger.branch.desks.get(desk)?.retired !== undefined;
      return desk !== own.desk && !isRetired && !gone.has(desk);
    });
    for (const { key, count } of document.feeds()) {
      const elsewhere = Math.max(0, ...others.map(([, frontier]) => frontier.get(key)?.count ?? 0));
      for (let seq = elsewhere; seq < count; seq++) {
        if (!empty.has(document.read(key, seq)?.body.k ?? "")) return true;
      }
    }
  }
  return false;
}
