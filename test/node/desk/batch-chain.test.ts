/** Whatever batches are made, withdrawn, and by whom: each scan that stands is in one file, by itself or as its act. */
import { describe, expect, it } from "vitest";
import type { Position, Recorded, Transaction } from "../../../src/crdt/circulation/transaction.ts";
import { at, inOutage, lend, take, takeBack } from "../../crdt/circulation/scans.ts";
import { world } from "../../crdt/circulation/world-arbitrary.ts";
import * as fc from "../../properties.ts";
import { type Act, type Branch, type Made, play } from "./batch-chain.ts";

const desks = ["da", "db", "dc"];
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.array(fc.nat(9), { minLength: desks.length, maxLength: desks.length }).map((counts) => ({
    make: ({ desk, seq }: Position) => seq < counts[desks.indexOf(desk)]!,
  })),
  fc.nat(5).map((withdraw) => ({ withdraw })),
);

const standing = ({ made }: Branch): readonly Made[] =>
  made.filter(({ batch }) => batch.state !== "withdrawn");

/** Of two batches, the later one's maker had heard of a copy that the earlier one carries. */
function knewOf({ fold }: Branch, later: Made, earlier: Made, id: string): boolean {
  const { outage } = earlier.batch.fact;
  const carried = earlier.heard.filter(({ position }) => position.outage === outage);
  const heard = new Set(later.heard);
  return fold.copiesOf(id).some((copy) => carried.includes(copy) && heard.has(copy));
}

function listTwice(branch: Branch): readonly string[] {
  const files = standing(branch);
  return files.flatMap((later, n) =>
    later.ids.filter((id) =>
      files.slice(0, n).some((earlier) => earlier.ids.includes(id) && knewOf(branch, later, earlier, id)),
    ),
  );
}

/** What stands, and neither it nor a second scan of its act is in a file. */
function listLost(branch: Branch): readonly string[] {
  const { fold } = branch;
  const inFile = new Set(standing(branch).flatMap(({ ids }) => ids));
  const acts = new Set([...inFile].map((id) => fold.repeatOf(id)));
  const scans = fold.all().filter((one): one is Recorded<Transaction> => one.fact.kind !== "settlement");
  return scans.flatMap((one) => {
    const { id, kind } = one.fact;
    const isLine = kind !== "voiding" && fold.recordedById(id) === one && !fold.isVoided(id);
    return isLine && !fold.isRepeat(id) && !inFile.has(id) && !acts.has(id) ? [id] : [];
  });
}

describe("batches", () => {
  it("hold each scan that stands once, whatever was withdrawn and whatever their makers had not heard of", () => {
    let files = 0;
    fc.assert(
      fc.property(world, fc.array(act, { maxLength: 7 }), (facts, acts) => {
        const branch = play(facts, acts);
        for (const { batch, ids } of branch.made) expect(branch.idsOf(batch)).toEqual(ids);
        const judged = [listTwice(branch), listLost(branch), branch.waiting];
        expect(judged).toEqual([[], [], []]);
        files += branch.made.length;
      }),
      { numRuns: process.env.DESKMESH_FULL === "1" ? 60_000 : 2_000 },
    );
    expect(files).toBeGreaterThan(1_000);
  }, 300_000);

  const upTo = (seq: number) => ({ make: (one: Position) => one.seq <= seq });
  const of = (desk: string) => ({ make: (one: Position) => one.desk === desk });
  const all: Act = { make: () => true };
  const other = at(8, "da", takeBack("other", "i9"));

  it.each<[string, readonly Recorded[], readonly Act[], readonly (readonly string[])[]]>([
    [
      "one before had left it out, and is withdrawn: the file that named it again has it still",
      [
        at(1, "da", takeBack("t1", "i1")),
        at(2, "da", takeBack("t2", "i1")),
        at(3, "da", takeBack("t3", "i2")),
        at(4, "da", take("t4", "t1")),
      ],
      [upTo(1), upTo(3), all, { withdraw: 1 }],
      [["t1"], ["t3"], ["t2"], ["t3"]],
    ],
    [
      "another copy of it went out with one that is withdrawn",
      [at(1, "da", takeBack("t1", "i1")), at(1, "db", takeBack("t1", "i1")), other],
      [of("db"), all, { withdraw: 0 }],
      [["t1"], ["other"], ["t1"]],
    ],
    [
      "the second scan of its act went out with one that is withdrawn",
      [at(1, "da", takeBack("t1", "i1")), at(2, "db", takeBack("t2", "i1")), other],
      [of("db"), all, { withdraw: 0 }],
      [["t2"], ["other"], ["t1"]],
    ],
    [
      "the first scan of an act went out with one that is withdrawn, and the second lies in the next",
      [at(1, "da", takeBack("t1", "i1")), at(2, "da", takeBack("t2", "i1")), other],
      [upTo(1), all, { withdraw: 0 }],
      [["t1"], ["other"], ["t1"]],
    ],
    [
      "the first of three scans of an act went out, and was taken back",
      [
        at(1, "da", takeBack("t1", "i1")),
        at(2, "da", takeBack("t2", "i1")),
        at(3, "da", takeBack("t3", "i1")),
        at(4, "da", take("t4", "t1")),
      ],
      [upTo(3)],
      [["t1"], ["t2"]],
    ],
    [
      "whoever made a file took it for the first scan of an act that another file had left out itself",
      [
        at(1, "db", takeBack("t1", "i1")),
        at(2, "dc", lend("t2", "anna", "i1")),
        at(3, "dc", takeBack("t3", "i1")),
        at(4, "da", takeBack("t4", "i1")),
      ],
      [{ make: ({ desk }) => desk !== "dc" }, { make: ({ desk }) => desk !== "db" }],
      [["t1"], ["t2"], ["t3"]],
    ],
    [
      "its copy went out in another outage, with one that is withdrawn",
      [
        at(1, "da", takeBack("t1", "i1")),
        inOutage(2, at(1, "db", takeBack("t1", "i1"))),
        inOutage(2, at(2, "db", takeBack("t2", "i2"))),
      ],
      [all, all, { withdraw: 0 }],
      [["t1"], ["t2"], ["t1"]],
    ],
  ])("hold what stands once where %s", (_, facts, acts, files) => {
    const branch = play(facts, acts);
    expect(branch.made.map(({ ids }) => ids)).toEqual(files);
    expect([listTwice(branch), listLost(branch), branch.waiting]).toEqual([[], [], []]);
  });

  it("are believed that a scan is in a file of another outage where nobody has heard of that yet", () => {
    const facts = [
      at(1, "da", takeBack("t1", "i1")),
      inOutage(2, at(1, "db", takeBack("t1", "i1"))),
      inOutage(2, at(2, "db", takeBack("t2", "i2"))),
    ];
    const { made, waitingBeside } = play(facts, [all, all]);
    expect(made.map(({ batch, ids }) => [ids, batch.fact.elsewhere])).toEqual([
      [["t1"], undefined],
      [["t2"], ["t1"]],
    ]);
    expect(waitingBeside([made[1]!.batch])).toEqual([]);
    expect(waitingBeside([{ ...made[0]!.batch, state: "withdrawn" }, made[1]!.batch])).toEqual(["t1"]);
  });
});
