/** All that a desk shows at rest, and what of it must read alike on every desk. */
import type {
  BatchView,
  ExceptionView,
  OutageView,
  PastOutageView,
  TransactionRow,
} from "../../src/node/http/api.ts";
import type { Pc } from "./pc.ts";

export interface Shown {
  readonly pc: Pc;
  readonly rows: readonly TransactionRow[];
  readonly exceptions: readonly ExceptionView[];
  readonly batches: readonly BatchView[];
  readonly outage: string;
  readonly outages: readonly PastOutageView[];
}

/** Of a purged outage, which some desks still keep, neither its scans nor an exception about one of them is told of. */
export function shownToTexts({ rows, exceptions, batches, outage, outages }: Shown) {
  const isHeld = isHeldByAll(outages);
  const told = exceptions.filter(({ transactions }) => transactions.every(isHeld));
  const ids = new Set(told.map(({ id }) => id));
  return {
    rows: rows.filter(isHeld).map((row) => rowToText(row, ids)),
    exceptions: told.map(({ transactions, ...rest }) =>
      JSON.stringify([rest, transactions.map(({ id }) => id)]),
    ),
    batches: batches.map((batch) => batchToText(batch, outages)),
    outage: [outage],
    outages: outages.map((past) => pastToText(past, outages)),
  };
}

function isHeldByAll(outages: Shown["outages"]): (row: TransactionRow) => boolean {
  const purged = purgedOf({ outages });
  return ({ position }) => !purged.has(position.outage);
}

/** Who is asked a question, and what is missed here, is a desk's own. */
export function outageToText({ question: _question, missing: _missing, ...rest }: OutageView): string {
  return JSON.stringify(rest);
}

/** Of a purged outage's batch each desk shows what it happens to have kept, and whether it is destroyed there is told later. */
function batchToText({ released: _released, ...batch }: BatchView, outages: Shown["outages"]): string {
  const { counts: _counts, files: _files, reasons: _reasons, checklist: _checklist, ...rest } = batch;
  const isPurged = outages.some(({ number, purged }) => purged && number === batch.outage);
  return JSON.stringify(isPurged ? { ...rest, doubled: undefined } : batch);
}

/** Where some keep a purged outage, they alone count an exception that is about a scan of it, too. */
function pastToText({ purged, obstacles, ...rest }: PastOutageView, outages: Shown["outages"]): string {
  const { desks: _desks, ...receipt } = purged ?? { desks: [] };
  const isAnyPurged = purgedOf({ outages }).size > 0;
  const told = isAnyPurged
    ? obstacles.filter((text) => !/exceptions? must be decided/.test(text))
    : obstacles;
  return JSON.stringify([{ ...rest, obstacles: told }, receipt]);
}

/** Without its coverage. */
function rowToText(
  { coverage: _coverage, exceptions, ...row }: TransactionRow,
  told: ReadonlySet<string>,
): string {
  return JSON.stringify([row, exceptions.filter((id) => told.has(id))]);
}

export function purgedOf({ outages }: Pick<Shown, "outages">): ReadonlySet<number> {
  return new Set(outages.flatMap(({ number, purged }) => (purged ? [number] : [])));
}
