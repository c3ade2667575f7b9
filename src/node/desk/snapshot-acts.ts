/** Snapshots of the ILS, as pages list and import them. */
import type { ImportReport, SnapshotView } from "../http/api.ts";
import type { Answer } from "./desk.ts";
import { rulesOf } from "./judging.ts";
import type { SnapshotOrigin } from "./library.ts";
import type { OpenedDesk } from "./open-desk.ts";
import type { DeskParts } from "./parts.ts";

export function listSnapshots(opened: OpenedDesk | null): SnapshotView[] {
  const view = opened?.parts.library.view(opened.parts.times().rfc3339);
  return view ? [view] : [];
}

export async function importSnapshot(
  parts: DeskParts,
  from: SnapshotOrigin,
  staff?: string,
): Promise<Answer<ImportReport>> {
  const result = await parts.library.import(from);
  if (result.kind === "refused") {
    return { kind: "refused", refusal: { kind: "snapshot", text: result.text } };
  }
  const { sha256, size, takenAt, counts } = result.meta;
  await parts.ledger.appendBranch({ kind: "snapshot", sha256, size, takenAt, counts }, staff);
  await parts.library.settled();
  const view = parts.library.view(parts.times().rfc3339);
  if (!view) throw new Error("an imported snapshot is not in force");
  const refusedRows = result.report.reduce((sum, { refused }) => sum + refused, 0);
  const { warnings } = await rulesOf(parts);
  return { kind: "done", value: { snapshot: { ...view, refusedRows }, warnings, files: result.report } };
}
