/** What a scanned code is at this desk: a card, an item, both; of a code that nobody knows, what its form says. */
import { findBarcodeFault } from "../../crdt/circulation/barcode-rules.ts";
import type { Policy } from "../../crdt/circulation/policy.ts";
import type { ScanView } from "../http/api.ts";
import { rulesOf } from "./judging.ts";
import type { DeskParts } from "./parts.ts";
import { viewItem, viewPatron } from "./person-views.ts";

export async function readScan(parts: DeskParts, barcode: string): Promise<ScanView> {
  const [patron, item] = await Promise.all([viewPatron(parts, barcode), viewItem(parts, barcode)]);
  const isPatron = patron.known !== "unknown";
  // An item that nobody catalogued, but that somebody lent in this outage, is known by its loan.
  const isItem = item.known || item.loan !== undefined;
  if (isPatron || isItem) return { ...(isPatron && { patron }), ...(isItem && { item }) };
  const looksLike = lookAtForm(barcode, (await rulesOf(parts)).lending.policy);
  return looksLike === undefined ? {} : { looksLike };
}

/** Undefined where the branch has no rule for one of the two, or the code fits both or neither. */
function lookAtForm(barcode: string, policy: Policy): ScanView["looksLike"] {
  const asItem = findBarcodeFault(barcode, "item", policy);
  if (asItem === "isbn") return "isbn";
  if (policy.itemBarcodes === undefined || policy.patronBarcodes === undefined) return undefined;
  const isCard = findBarcodeFault(barcode, "patron", policy) !== "out-of-range";
  const isItem = asItem !== "out-of-range";
  if (isCard === isItem) return undefined;
  return isCard ? "patron" : "item";
}
