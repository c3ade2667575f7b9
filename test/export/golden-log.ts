/**
 * A fixed log for golden files, from entries to bytes: voids, a scan sent twice, a corrected barcode, what was left out
 * since it came late, events in one second, an hourly loan, a return dated back, a desk open past midnight, and both
 * nights on which New York changes its clocks (1 November 2026, 06:00 UTC; 14 March 2027, 07:00 UTC).
 */
import { createFold } from "../../src/crdt/circulation/fold.ts";
import { batchLines } from "../../src/crdt/circulation/lines.ts";
import type { Fact, Recorded } from "../../src/crdt/circulation/transaction.ts";
import type { BatchInput, Format } from "../../src/export/batch.ts";

const DESK_A = "a".repeat(16);
const DESK_B = "b".repeat(16);

/** Any fact, without what each gets alike. */
type Bare<T> = T extends Fact ? Omit<T, "digest" | "judged"> : never;

let seq = 0;
function entry(at: string, fact: Bare<Fact>, desk = DESK_A, offsetMs?: number): Recorded {
  const ms = Date.parse(at);
  const whole =
    fact.kind === "settlement" ? fact : { ...fact, digest: `digest-${fact.id.slice(-4)}`, judged: {} };
  return {
    position: { outage: 3, ms, n: seq, desk, run: "0123456789abcdef", seq: seq++ },
    at: ms,
    ...(offsetMs === undefined ? {} : { offsetMs }),
    staff: "jd",
    fact: whole as Fact,
  };
}

const id = (n: number): string => `019a0000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const card = "99999355250";
const rule = { dueFrom: "rule" } as const;
/** The end of a day in New York. */
const endOf = (utc: string): number => Date.parse(utc);
const winter = endOf("2026-11-23T04:59:59Z");
const summer = endOf("2027-04-05T03:59:59Z");

const FACTS: readonly Recorded[] = [
  entry("2026-10-31T16:00:00Z", {
    kind: "registration",
    id: id(1),
    patron: "21234000000018",
    fields: { surname: "Ñandú", given_names: "Łukasz 😀", birth_date: "2014-02-28", city: "Río" },
    initialPassword: "4711",
  }),
  // One second: lent, back, and lent to another; loaders that look at seconds need three.
  entry("2026-10-31T16:00:01.100Z", {
    kind: "checkout",
    id: id(2),
    patron: card,
    item: "SAME1",
    due: winter,
    ...rule,
  }),
  entry("2026-10-31T16:00:01.500Z", { kind: "checkin", id: id(3), item: "SAME1" }),
  entry(
    "2026-10-31T16:00:01.900Z",
    { kind: "checkout", id: id(4), patron: "21234000000018", item: "SAME1", due: winter, ...rule },
    DESK_B,
  ),
  // Taken back, and a scan that was sent twice under two ids.
  entry("2026-10-31T16:05:00Z", {
    kind: "checkout",
    id: id(5),
    patron: card,
    item: "GONE1",
    due: winter,
    ...rule,
  }),
  entry("2026-10-31T16:05:20Z", { kind: "voiding", id: id(6), voids: id(5), reason: "wrong item" }),
  entry("2026-10-31T16:06:00Z", { kind: "checkin", id: id(7), item: "TWICE1" }),
  entry("2026-10-31T16:06:01Z", { kind: "checkin", id: id(8), item: "TWICE1" }, DESK_B),
  // A card in the field of an item, put right by a supervisor.
  entry("2026-10-31T16:07:00Z", { kind: "checkin", id: id(9), item: "21234000000018" }),
  entry("2026-10-31T16:20:00Z", {
    kind: "settlement",
    exception: "x1",
    decision: "correct",
    transaction: id(9),
    barcode: "RIGHT1",
    reason: "read again",
  }),
  // Two hours, to the minute, at a desk whose clock is five minutes ahead.
  entry(
    "2026-10-31T17:05:00Z",
    {
      kind: "checkout",
      id: id(10),
      patron: card,
      item: "HOUR1",
      due: Date.parse("2026-10-31T19:00:00Z"),
      dueFrom: "given",
    },
    DESK_B,
    300_000,
  ),
  entry("2026-10-31T17:30:00Z", { kind: "in-house-use", id: id(11), item: "8".repeat(80), count: 3 }),
  entry("2026-10-31T17:31:00Z", {
    kind: "non-catalogued",
    id: id(12),
    patron: card,
    type: "2",
    count: 2,
    due: winter,
    ...rule,
  }),
  entry("2026-10-31T17:32:00Z", { kind: "payment", id: id(13), patron: card, amount: 1205, currency: "USD" }),
  entry("2026-10-31T17:33:00Z", {
    kind: "renewal",
    id: id(14),
    item: "HOUR1",
    patron: card,
    due: winter,
    dueFrom: "given",
  }),
  entry("2026-10-31T17:34:00Z", { kind: "renewal", id: id(15), item: "NOBODY1", due: winter, ...rule }),
  entry("2026-10-31T17:35:00Z", {
    kind: "checkout",
    id: id(16),
    patron: "P".repeat(33),
    item: "ITEM-OF-21-CHARACTERS",
    due: winter,
    ...rule,
  }),
  // Came late: something newer is out already, and a supervisor left it out.
  entry(
    "2026-10-31T18:00:00Z",
    { kind: "checkout", id: id(17), patron: card, item: "LATE1", due: winter, ...rule },
    DESK_B,
  ),
  // 01:30 comes twice in this night; the desk is open until two, and a return after midnight counts for the day before.
  entry("2026-11-01T05:30:00Z", {
    kind: "checkout",
    id: id(18),
    patron: card,
    item: "AUTUMN1",
    due: winter,
    ...rule,
  }),
  entry("2026-11-01T06:30:00Z", { kind: "checkin", id: id(19), item: "AUTUMN1" }),
  entry("2026-11-01T06:40:00Z", {
    kind: "checkin",
    id: id(20),
    item: "NIGHT1",
    effective: Date.parse("2026-11-01T03:59:00Z"),
  }),
  // From the book drop of the day before.
  entry("2026-11-02T14:00:00Z", {
    kind: "checkin",
    id: id(21),
    item: "DROP1",
    effective: Date.parse("2026-11-01T22:00:00Z"),
    source: "paper",
  }),
  // There is no 02:30 in this night.
  entry("2027-03-14T06:59:30Z", {
    kind: "checkout",
    id: id(22),
    patron: card,
    item: "SPRING1",
    due: summer,
    ...rule,
  }),
  entry("2027-03-14T07:00:10Z", { kind: "checkin", id: id(23), item: "SPRING1" }),
  entry("2027-03-14T15:00:00Z", {
    kind: "settlement",
    exception: "x2",
    decision: "leave-out",
    transaction: id(17),
    later: "The return of 2026-11-02T10:00:00-05:00 at Desk 1 is in RIV-3-1-a1b2.",
    reason: "it is on the shelf",
  }),
];

export function goldenLog(format: Format): BatchInput {
  const fold = createFold({ hash: (text) => text });
  fold.add(FACTS);
  const lines = batchLines(fold, { isUpper: () => true, isLower: () => false });
  return {
    id: "RIV-3-2-c3d4",
    format,
    branchCode: "RIV",
    timezone: "America/New_York",
    deskNames: { [DESK_A]: "Desk 1", [DESK_B]: "Kids' desk" },
    generatorVersion: "0.1.0",
    madeAt: Date.parse("2027-03-15T03:04:05Z"),
    partial: false,
    statisticsGroups: { [DESK_A]: "101" },
    lines: lines.map((line) => ({ ...line, title: "", patronName: "" })),
  };
}
