/** Koha, Alma, Sierra: what was written reads back, by each format's own rules, as what was recorded. */

import { expect, it } from "vitest";
import type { BatchLine, Format, RenderedBatch } from "../../src/export/batch.ts";
import { createZone, msToLocal } from "../../src/export/local-time.ts";
import { renderBatch } from "../../src/export/render.ts";
import * as fc from "../properties.ts";
import { goldenBatch } from "./golden-batch.ts";
import { fileOf, readAlma, readCsv, readKoha, readSierra, textOf } from "./readers.ts";
import { batchLines, batchOf, timezone } from "./worlds.ts";

/** One thing that a main file says: local time, what, item, patron; in the words of no ILS. */
interface Said {
  /** `YYYYMMDDHHMM` */
  readonly minute: string;
  readonly what: "loan" | "return" | "payment";
  readonly item: string;
  readonly patron: string;
}

function kohaToSaid(batch: RenderedBatch): Said[] {
  const { header, lines } = readKoha(textOf(batch, "main"));
  expect(header.split("\t")).toEqual(["Version=1.0", "Generator=deskmesh", "GeneratorVersion=0.1.0"]);
  return lines.map(({ stamp, command, args }) => {
    expect(stamp).toHaveLength(3);
    expect(stamp[0]).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(stamp[1]).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(stamp[2]).toMatch(/^\d{3}$/);
    const minute = `${stamp[0]}${stamp[1]}`.replace(/[-:]/g, "").slice(0, 12);
    const [first = "", second = ""] = args;
    if (command === "issue") return { minute, what: "loan", item: second, patron: first };
    if (command === "return") return { minute, what: "return", item: first, patron: "" };
    expect(command).toBe("payment");
    expect(second).toMatch(/^\d+\.\d\d$/);
    return { minute, what: "payment", item: String(Math.round(Number(second) * 100)), patron: first };
  });
}

function almaToSaid(batch: RenderedBatch): Said[] {
  return readAlma(fileOf(batch, "main").bytes).map(({ minute, code, item, patron }) => {
    expect(minute).toMatch(/^\d{12}$/);
    expect(["L", "R"]).toContain(code);
    return { minute, what: code === "L" ? "loan" : "return", item, patron };
  });
}

function sierraToSaid(batch: RenderedBatch): Said[] {
  return readSierra(textOf(batch, "main")).map(({ code, minute, item, patron, due, group }) => {
    expect(minute).toMatch(/^\d{10}$/);
    expect(item).toMatch(/^b/);
    expect(group).toBe("0");
    expect(code === "o" ? due : `0${due}`).toMatch(code === "o" ? /^\d{10}$/ : /^0$/);
    const what = code === "o" ? "loan" : "return";
    expect(code === "o" ? patron.slice(0, 1) : patron).toBe(code === "o" ? "b" : "");
    return { minute: `20${minute}`, what, item: item.slice(1), patron: patron.slice(1) };
  });
}

const READERS: Partial<Record<Format, (batch: RenderedBatch) => Said[]>> = {
  koha: kohaToSaid,
  alma: almaToSaid,
  sierra: sierraToSaid,
};

it.each(Object.entries(READERS))("%s reads back as what was recorded, in order", (format, read) => {
  fc.assert(
    fc.property(batchLines, timezone, (lines, name) => {
      const batch = renderBatch(batchOf(format as Format, lines, name));
      const zone = createZone(name);
      const written = new Set(readCsv(textOf(batch, "lines")).map((row) => row.transaction_id));
      const expected = lines
        .filter((line) => written.has(line.recorded.fact.id))
        .map((line): Said => {
          const { fact } = line.recorded;
          const minute = msToLocal(line.time, zone).slice(0, 16).replace(/[-T:]/g, "");
          if (fact.kind === "payment") {
            return { minute, what: "payment", item: String(fact.amount), patron: fact.patron };
          }
          if (fact.kind === "checkin") return { minute, what: "return", item: fact.item, patron: "" };
          if (fact.kind !== "checkout" && fact.kind !== "renewal")
            throw new Error(`${fact.kind} was written`);
          return { minute, what: "loan", item: fact.item, patron: fact.patron ?? "no card" };
        });
      expect(read(batch)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

it("keeps within Koha's column widths", () => {
  fc.assert(
    fc.property(batchLines, (lines) => {
      for (const { what, item, patron } of kohaToSaid(renderBatch(batchOf("koha", lines, "UTC")))) {
        if (what !== "payment") expect(item.length).toBeLessThanOrEqual(20);
        expect(patron.length).toBeLessThanOrEqual(32);
      }
    }),
  );
});

it("lists typed due dates for Koha and Alma, limited loans first, and only those", () => {
  for (const format of ["koha", "alma"] as const) {
    const rows = readCsv(textOf(renderBatch(goldenBatch(format)), "due"));
    expect(rows.map((row) => [row.limited, row.item, row.remark !== ""])).toEqual([
      ["yes", "7", true],
      ["yes", "99999395390", false],
      ["no", "7", false],
    ]);
  }
});

it("lists a renewal that keeps the loan's later date, which the library system would cut", () => {
  const time = Date.parse("2026-11-21T10:04:00Z");
  const due = Date.parse("2026-12-24T22:59:59Z");
  const lines = [Date.parse("2026-12-05T22:59:59Z"), undefined].map((ilsDue, seq): BatchLine => {
    const position = { outage: 3, ms: time, n: seq, desk: "desk-a", run: "r1", seq };
    const id = `019a0000-0000-7000-8000-${String(seq).padStart(12, "0")}`;
    const loan = { item: `n${seq}`, patron: "p1", due, dueFrom: "rule", rule: 1 } as const;
    const fact = { kind: "renewal", id, digest: "0", judged: {}, ...loan } as const;
    const kept = ilsDue === undefined ? fact : { ...fact, ilsDue };
    return { recorded: { position, at: time, fact: kept }, time, title: "", patronName: "" };
  });
  for (const format of ["koha", "alma"] as const) {
    const batch = renderBatch(batchOf(format, lines, "Europe/Berlin"));
    expect(readCsv(textOf(batch, "due"))).toMatchObject([
      { item: "n0", due: "2026-12-24T23:59:59.000+01:00", why: "The loan ran longer already", remark: "" },
    ]);
    expect([...batch.placed].map(({ setDue }) => setDue)).toEqual([true, undefined]);
  }
});

it("counts Koha's and Alma's renewals as converted", () => {
  for (const format of ["koha", "alma"] as const) {
    const counts = renderBatch(goldenBatch(format)).counts;
    expect(counts).toContainEqual({ kind: "renewal", written: 1, converted: 1, extra: 1, patrons: 0 });
  }
});

it("lets Koha's seconds rise on each item in the hour that comes twice", () => {
  const first = Date.parse("2026-10-25T00:30:00Z");
  const seconds = fc.uniqueArray(fc.integer({ min: 0, max: 7_200 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(seconds, (drawn) => {
      const lines = drawn
        .toSorted((a, b) => a - b)
        .map((second, seq): BatchLine => {
          const time = first + second * 1000;
          const position = { outage: 3, ms: time, n: 0, desk: "desk-a", run: "r1", seq };
          const id = `019a0000-0000-7000-8000-${String(seq).padStart(12, "0")}`;
          const fact = { kind: "checkin", id, digest: "0", item: "7", judged: {} } as const;
          return { recorded: { position, at: time, fact }, time, title: "", patronName: "" };
        });
      const { lines: read } = readKoha(textOf(renderBatch(batchOf("koha", lines, "Europe/Berlin")), "main"));
      const stamps = read.map(({ stamp: [day, time] }) => `${day} ${time}`);
      expect(stamps).toEqual([...new Set(stamps)].sort());
    }),
  );
});
