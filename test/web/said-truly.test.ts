/** What the page says of a scan is what the node has, also where the item was given back since. */

import { describe, expect, test } from "vitest";
import type { Mode } from "../../src/web/session.ts";
import { sampleRow } from "./sample.ts";
import { Bench } from "./scanning-bench.ts";

describe("the same item once more in one sitting", () => {
  /** The node's own word of when each row was recorded. */
  class Clocked extends Bench {
    override record(command: Parameters<Bench["record"]>[0]): void {
      super.record(command);
      const at = new Date(Date.UTC(2026, 10, 21, 9, 0, this.log.length)).toISOString();
      this.rows[command.id] = { ...this.rows[command.id]!, at };
    }
  }
  const kinds = (moves: readonly (readonly [string, Mode])[]): readonly string[] => {
    const bench = new Clocked();
    for (const [code, mode] of moves) {
      bench.scan(code, mode);
      bench.workAll();
    }
    return bench.log.map(({ kind }) => kind);
  };

  test("is recorded where it came back, or went out, between", () => {
    expect(
      kinds([
        ["P1", "out"],
        ["I1", "out"],
        ["I1", "in"],
        ["I1", "out"],
      ]),
    ).toEqual(["checkout", "checkin", "checkout"]);
    expect(
      kinds([
        ["I1", "in"],
        ["P1", "out"],
        ["I1", "out"],
        ["I1", "in"],
      ]),
    ).toEqual(["checkin", "checkout", "checkin"]);
    expect(
      kinds([
        ["I1", "renew"],
        ["I1", "in"],
        ["I1", "renew"],
      ]),
    ).toHaveLength(3);
  });

  test("is recorded where another desk has done something with it, and is added nothing where nobody has", () => {
    const bench = new Clocked();
    for (const code of ["P1", "I1"]) bench.scan(code);
    bench.workAll();
    bench.scan("I1");
    bench.workAll();
    expect(bench.log).toHaveLength(1);
    const other = { kind: "checkin" as const, item: "I1", desk: { id: "d2", name: "Desk 2" } };
    bench.rows.x = sampleRow("x", { ...other, at: "2026-11-21T09:30:00Z" });
    bench.scan("I1");
    bench.workAll();
    expect(bench.log.map(({ kind }) => kind)).toEqual(["checkout", "checkout"]);
  });
});
