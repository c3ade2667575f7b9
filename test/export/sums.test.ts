/** What the screen counts is what the files hold: for any log, any two frontiers and every format, by kind. */

import { expect, it } from "vitest";
import type { Fold } from "../../src/crdt/circulation/fold.ts";
import { batchLines, type Frontiers, tallyLines } from "../../src/crdt/circulation/lines.ts";
import type { Position, Recorded } from "../../src/crdt/circulation/transaction.ts";
import { renderBatch } from "../../src/export/render.ts";
import { at, decideOn } from "../crdt/circulation/scans.ts";
import { foldOf, world } from "../crdt/circulation/world-arbitrary.ts";
import * as fc from "../properties.ts";
import { readCsv, textOf } from "./readers.ts";
import { batchOf, FORMATS } from "./worlds.ts";

const logs = process.env.DESKMESH_FULL === "1" ? 1_000 : 120;
const slowMs = 300_000;
const late = fc.constantFrom("leave-out", "by-hand", "load");
const away = fc.constantFrom(undefined, "da", "db");
const ids = fc.constantFrom("t0", "t1", "t2", "t3", "t4");

/** Facts of a world, with decisions on what came late. */
const log = fc
  .tuple(world, fc.array(fc.tuple(ids, late), { maxLength: 3 }))
  .map(([facts, decided]): readonly Recorded[] => [
    ...facts,
    ...decided.map(([id, decision], n) => at(90_000 + n, "da", decideOn(`overtaken-${id}`, decision, id))),
  ]);

it(
  `counts on the screen = lines + extra + voided + repeated, in ${logs} logs and all formats`,
  () => {
    fc.assert(
      fc.property(log, fc.nat(40), fc.nat(40), away, (facts, a, b, desk) => {
        const fold = foldOf(facts);
        const [lower, upper] = [Math.min(a, b), Math.max(a, b) + 60];
        const within = (count: number) => (position: Position) => position.ms < count;
        // The batch before lacked a desk, maybe.
        const isLower = (position: Position) => within(lower)(position) && position.desk !== desk;
        const frontiers = { isUpper: within(upper + 100_000), isLower };
        const lines = batchLines(fold, frontiers).map((line) => ({ ...line, title: "", patronName: "" }));
        const onScreen = countRows(fold, frontiers);
        const tally = tallyLines(fold, frontiers);
        expect(new Map(tally.map(({ kind, onScreen: count }) => [kind, count]))).toEqual(onScreen);
        for (const format of FORMATS) {
          const batch = renderBatch(batchOf(format, lines, "Europe/Berlin"));
          const rows = countFileRows(batch);
          for (const { kind, onScreen: count, voided, repeated } of tally)
            expect([format, kind, (rows.get(kind) ?? 0) + voided + repeated]).toEqual([format, kind, count]);
          const inFiles = [...rows.values()].reduce((sum, count) => sum + count, 0);
          expect(inFiles).toBe(lines.length);
          for (const { kind, written, extra, patrons } of batch.counts) {
            expect(written + extra).toBe(rows.get(kind));
            expect(patrons).toBeLessThanOrEqual(extra);
          }
        }
      }),
      { numRuns: logs },
    );
  },
  slowMs,
);

/** Rows of the activity list that the batch is about: not what an earlier one knew, by any copy. */
function countRows(fold: Fold, { isLower }: Frontiers): ReadonlyMap<string, number> {
  const known = new Set<string>();
  for (const { fact, position } of fold.all()) {
    if (fact.kind === "settlement" || !isLower(position, fact.id)) continue;
    known.add(fact.id);
  }
  const counts = new Map<string, number>();
  for (const { fact } of fold.latest({ limit: 1_000 })) {
    if (!known.has(fact.id)) counts.set(fact.kind, (counts.get(fact.kind) ?? 0) + 1);
  }
  return counts;
}

/** As a person counts them: rows of the three files. */
function countFileRows(batch: ReturnType<typeof renderBatch>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const role of ["lines", "extra"] as const)
    for (const row of readCsv(textOf(batch, role))) add(row.kind ?? "");
  if (batch.files.some(({ role }) => role === "patrons"))
    for (const _row of readCsv(textOf(batch, "patrons"))) add("registration");
  return counts;
}
