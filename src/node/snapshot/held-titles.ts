/**
 * Titles of what patrons wait for where a hold is on any copy: no record is kept by its title, so they are picked out
 * while all items are read for the search. As many as there are such holds.
 */
import type { HoldRecord, ItemRecord } from "../../crdt/circulation/snapshot.ts";

export interface HeldTitles {
  /** Reads the holds, then is to be shown every item. */
  begin(holds: AsyncIterable<readonly HoldRecord[]>): Promise<(item: ItemRecord) => void>;
  /** `undefined`: no copy of it is known, or not yet. */
  titleOf(titleId: string): string | undefined;
}

export function createHeldTitles(): HeldTitles {
  const titles = new Map<string, string>();
  return {
    async begin(holds) {
      const wanted = new Set<string>();
      for await (const slice of holds)
        for (const { item, titleId } of slice) if (item === "" && titleId !== "") wanted.add(titleId);
      return ({ titleId, title }) => {
        const before = titles.get(titleId);
        // Items come in another order on each desk, and all of them are to say the same.
        if (wanted.has(titleId) && title !== "" && (before === undefined || title < before))
          titles.set(titleId, title);
      };
    },
    titleOf: (titleId) => titles.get(titleId),
  };
}
