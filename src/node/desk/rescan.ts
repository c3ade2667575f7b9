/**
 * The re-scan list: items that came back in an outage and still are here, to be scanned into the ILS again, which alone
 * knows of its newest holds and where things go. Sorted by where each goes next, as far as the snapshot knows.
 */
import type { Checkin, Recorded } from "../../crdt/circulation/transaction.ts";
import { barcodeToSvg, symbologyOf } from "../barcode-image.ts";
import type { RescanView } from "../http/api.ts";
import type { RescanQuery } from "./answer-acts.ts";
import { findBatch } from "./batches.ts";
import type { Answer } from "./desk.ts";
import type { DeskParts } from "./parts.ts";
import { titleOf } from "./rows.ts";
import { settingValues } from "./settings.ts";

export async function viewRescan(parts: DeskParts, query: RescanQuery): Promise<Answer<RescanView>> {
  const { branch } = parts.ledger;
  const batch = query.batch === undefined ? undefined : findBatch(parts, query.batch);
  if (query.batch !== undefined && !batch) return { kind: "not-found", text: "There is no such batch." };
  const outage = batch?.fact.outage ?? query.outage ?? branch.current.number;
  if (outage > branch.current.number) return { kind: "not-found", text: "There is no such outage." };
  if (branch.purges.purges.has(outage)) {
    const text = `Outage ${outage} is purged: what came back in it is not known any more.`;
    return { kind: "conflict", code: "purged", text };
  }
  const refused = batch && branch.answers.batches.get(batch.fact.id)?.lines;
  const isMeant = (id: string): boolean =>
    batch === undefined || (refused?.get(id)?.outcome ?? "done") !== "done";
  const returns = listReturns(parts, outage).filter(({ fact }) => isMeant(fact.id));
  const groups = new Map<string, RescanView["groups"][number]["items"][number][]>();
  for (const recorded of returns) {
    const { item } = recorded.fact;
    const destination = await destinationOf(parts, item);
    const symbology = symbologyOf(item, query.symbology ?? settingValues(parts).symbology);
    const title = await titleOf(parts, item);
    const row = {
      item,
      ...(title === undefined ? {} : { title }),
      at: parts.times().rfc3339(recorded.at),
      desk: parts.roster.nameOf(recorded.position.desk),
      symbology,
      svg: await barcodeToSvg(item, symbology),
    };
    groups.set(destination, [...(groups.get(destination) ?? []), row]);
  }
  const sorted = [...groups].sort(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  const value = {
    outage,
    items: returns.length,
    groups: sorted.map(([destination, items]) => ({ destination, items })),
  };
  return { kind: "done", value };
}

/** The last return of each item that nobody has lent again since. */
function listReturns({ ledger }: DeskParts, outage: number): readonly Recorded<Checkin>[] {
  const { fold } = ledger;
  const last = new Map<string, Recorded<Checkin>>();
  for (const { fact, position } of fold.all()) {
    if (fact.kind !== "checkin" || position.outage !== outage || fold.isVoided(fact.id)) continue;
    const recorded = fold.recordedById(fact.id);
    const counted = recorded && fold.corrected(recorded);
    if (counted?.fact.kind !== "checkin" || fold.loanOf(counted.fact.item)) continue;
    last.delete(counted.fact.item);
    last.set(counted.fact.item, counted as Recorded<Checkin>);
  }
  return [...last.values()];
}

const forSomebody = "Somebody waits for it";
const notKnown = "Not in the patron data";
const noPlace = "Shelves";

async function destinationOf({ library }: DeskParts, item: string): Promise<string> {
  const record = await library.current?.item(item);
  if (!record) return notKnown;
  const holds = (await library.current?.holdsOfItem(item, record.titleId)) ?? [];
  if (holds.length > 0) return forSomebody;
  return record.location || noPlace;
}

function rankOf(destination: string): number {
  return destination === forSomebody ? 0 : destination === notKnown ? 2 : 1;
}
