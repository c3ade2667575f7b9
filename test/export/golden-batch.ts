/**
 * The batch of the golden files: every kind once, made by hand. New York; the clocks go back on 1 November 2026 at
 * 06:00 UTC. A return late in the evening, barcodes of 1 and of 80 characters, names beyond ASCII, a wrong clock.
 */
import type { Transaction } from "../../src/crdt/circulation/transaction.ts";
import type { BatchInput, BatchLine, Format } from "../../src/export/batch.ts";

const DESK_A = "a".repeat(16);
const DESK_B = "b".repeat(16);
const END_OF_8_NOV = Date.parse("2026-11-09T04:59:59Z");
const END_OF_21_NOV = Date.parse("2026-11-22T04:59:59Z");

/** A transaction of any kind, without what each gets alike. */
type FactOf<T> = T extends Transaction ? Omit<T, "id" | "digest" | "judged"> : never;

interface Drawn {
  readonly desk?: string;
  readonly offsetMs?: number;
  readonly title?: string;
  readonly patronName?: string;
  /** Where it differs from the desk's clock. */
  readonly time?: string;
}

let seq = 0;
function line(at: string, fact: FactOf<Transaction>, drawn: Drawn = {}): BatchLine {
  const ms = Date.parse(at);
  const number = seq++;
  const id = `019a0000-0000-7000-8000-${String(number).padStart(12, "0")}`;
  return {
    recorded: {
      position: { outage: 3, ms, n: 0, desk: drawn.desk ?? DESK_A, run: "run1", seq: number },
      at: ms,
      ...(drawn.offsetMs === undefined ? {} : { offsetMs: drawn.offsetMs }),
      staff: "JD",
      fact: { ...fact, id, digest: "00112233aabbccdd", judged: { patronKnown: true } },
    },
    time: Date.parse(drawn.time ?? at),
    title: drawn.title ?? "",
    patronName: drawn.patronName ?? "",
  };
}

const card = "99999355250";
const newCard = "21234000000018";
const named = { patronName: "Miller, Ann" };

const LINES: readonly BatchLine[] = [
  line("2026-10-31T18:00:00.000Z", {
    kind: "registration",
    patron: newCard,
    fields: {
      surname: "Ñandú",
      given_names: "Łukasz 😀",
      birth_date: "2014-02-28",
      phone: "+1 555 0100",
      street1: '1 Main St, Apt "B"',
      city: "Río",
      post_code: "00501",
      category: "Juvenile",
      school: "North",
    },
    initialPassword: "4711",
  }),
  line(
    "2026-10-31T18:00:05.120Z",
    {
      kind: "checkout",
      patron: newCard,
      item: "CONC4000036",
      due: END_OF_21_NOV,
      dueFrom: "rule",
    },
    { title: 'Concerto, "No. 1"' },
  ),
  // The hour that comes twice: 01:30 in summer time, and an hour later 01:30 again.
  line(
    "2026-11-01T05:30:00.000Z",
    { kind: "checkout", patron: card, item: "7", due: END_OF_8_NOV, dueFrom: "given" },
    { title: "Short loan", ...named },
  ),
  line(
    "2026-11-01T06:30:00.000Z",
    { kind: "renewal", patron: card, item: "7", due: END_OF_21_NOV, dueFrom: "given" },
    { title: "Short loan", ...named },
  ),
  line(
    "2026-11-02T02:15:00.250Z",
    { kind: "checkin", item: "8".repeat(80) },
    {
      desk: DESK_B,
    },
  ),
  line("2026-11-02T14:00:00.000Z", {
    kind: "renewal",
    item: "30234000517861",
    due: END_OF_21_NOV,
    dueFrom: "default",
  }),
  line("2026-11-02T14:01:00.000Z", { kind: "in-house-use", item: "33191000105864", count: 3 }),
  line(
    "2026-11-02T14:02:00.000Z",
    {
      kind: "non-catalogued",
      patron: card,
      type: "2",
      count: 2,
      due: END_OF_21_NOV,
      dueFrom: "rule",
    },
    named,
  ),
  line("2026-11-02T14:03:00.000Z", { kind: "payment", patron: card, amount: 1205, currency: "USD" }, named),
  line(
    "2026-11-02T14:04:00.000Z",
    {
      kind: "checkin",
      item: "a:b",
      effective: Date.parse("2026-11-01T22:00:00Z"),
      source: "paper",
    },
    { time: "2026-11-01T22:00:00Z" },
  ),
  // A two-hour loan at a desk whose clock is five minutes ahead, of an item that nobody knows.
  line(
    "2026-11-02T14:10:00.000Z",
    {
      kind: "checkout",
      patron: card,
      item: "99999395390",
      due: Date.parse("2026-11-02T16:05:00Z"),
      dueFrom: "given",
      note: '=HYPERLINK("x")',
    },
    { desk: DESK_B, offsetMs: 300_000, time: "2026-11-02T14:05:00.000Z", ...named },
  ),
  line("2026-11-02T14:11:00.000Z", {
    kind: "checkout",
    patron: "P".repeat(33),
    item: "ITEM-OF-21-CHARACTERS",
    due: END_OF_21_NOV,
    dueFrom: "rule",
  }),
];

export function goldenBatch(format: Format): BatchInput {
  return {
    id: "RIV-3-1-a1b2",
    format,
    branchCode: "RIV",
    timezone: "America/New_York",
    deskNames: { [DESK_A]: "Desk 1", [DESK_B]: "Kids' desk" },
    generatorVersion: "0.1.0",
    madeAt: Date.parse("2026-11-03T03:04:05Z"),
    partial: false,
    statisticsGroups: { [DESK_A]: "101" },
    lines: LINES,
  };
}
