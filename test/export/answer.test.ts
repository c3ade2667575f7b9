/** Reading an ILS's report: whatever it is, no line is taken for another, and what fits none is said. */

import { describe, expect, it } from "vitest";
import { adviceToText } from "../../src/export/advice-text.ts";
import { readAnswer, type SentLine } from "../../src/export/answer.ts";
import type { Format } from "../../src/export/batch.ts";
import { maskWords } from "../../src/export/masking.ts";
import * as fc from "../properties.ts";

const batch = "RIV-3-1-a1b2";
const formats: readonly Format[] = ["alma", "koha", "evergreen", "sierra", "csv", "jsonl"];

function lineOf(n: number, kind: SentLine["kind"], item: string, patron?: string): SentLine {
  const transaction = `019a0000-0000-7000-8000-${String(n).padStart(12, "0")}`;
  return { transaction, kind, number: n, item, ...(patron === undefined ? {} : { patron }) };
}

/** Few barcodes, so that items are lent and returned more than once, and one is the beginning of another. */
const items = ["33191000000001", "33191000000002", "331910000000021", "CONC4000036", "12345"];
const patrons = ["21234000000018", "21234000000026", "99999355250"];
const anyLines = fc
  .array(
    fc.record({
      kind: fc.constantFrom<SentLine["kind"]>("checkout", "renewal", "checkin", "in-house-use"),
      item: fc.constantFrom(...items),
      patron: fc.constantFrom(...patrons),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((drawn) =>
    drawn.map(({ kind, item, patron }, i) =>
      lineOf(i + 1, kind, item, kind === "checkout" || kind === "renewal" ? patron : undefined),
    ),
  );

const word = fc.oneof(
  fc.constantFrom(...items, ...patrons, "33191000000099", "29999999999999"),
  fc.constantFrom("line 3", "Line 12:", "row 1", "record #2", "14", "2026-07-22", "10:00:00", "019a0000"),
  fc.constantFrom(
    "Item not found.",
    "User not found. Barcode:",
    "Success.",
    "Item not issued.",
    "failed",
    "error",
  ),
  fc.constantFrom(
    "issue",
    "return",
    "already checked out to",
    "blocked",
    '{"event":',
    "[{",
    ",",
    "\t",
    '"',
    "Barcode",
  ),
  fc.integer({ min: 1, max: 12 }).map((n) => `019a0000-0000-7000-8000-${String(n).padStart(12, "0")}`),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const anyReport = fc
  .array(
    fc.array(word, { maxLength: 7 }).map((words) => words.join(" ")),
    { maxLength: 10 },
  )
  .map((lines) => lines.join("\n"));

/** Whole words of a text, by other rules than the reader's. */
const has = (text: string, barcode: string): boolean =>
  new RegExp(`(?<![0-9A-Za-z])${barcode}(?![0-9A-Za-z])`).test(text);

describe("any text", () => {
  it("never throws, and never takes a line that its message doesn't name", () => {
    fc.assert(
      fc.property(fc.constantFrom(...formats), anyLines, anyReport, (format, lines, text) => {
        const answer = readAnswer({ batch, format, text, lines });
        if (answer.kind === "refused") {
          expect(answer.text).toMatch(/\.$/);
          return;
        }
        const report = text.split(/\r\n|\r|\n/);
        for (const { line, reply } of answer.matched) {
          const said = report[reply.at - 1]!;
          const { item = "-", patron = "-", transaction, number } = line;
          const names = [item, patron, transaction].some((one) => has(said, one));
          expect(names || new RegExp(`\\b${number}\\b`).test(said), said).toBe(true);
          const sent = new Set(lines.map((one) => one.item ?? ""));
          const others = [...sent].filter((one) => one !== item && has(said, one));
          // Two items of the file in one message: nobody knows which it is about.
          expect(others, said).toEqual([]);
        }
        for (const { why } of answer.unmatched) expect(why.length).toBeGreaterThan(10);
      }),
      { numRuns: 1_000 },
    );
  });

  it("reads a report with anything changed in it without throwing", () => {
    const whole = reports.evergreen([lineOf(1, "checkout", items[0]!, patrons[0])], "ASSET_COPY_NOT_FOUND");
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(20), fc.string(), (at, cut, put) => {
        const text = whole.slice(0, at) + put + whole.slice(at + cut);
        const lines = [lineOf(1, "checkout", items[0]!, patrons[0])];
        expect(["read", "refused"]).toContain(readAnswer({ batch, format: "evergreen", text, lines }).kind);
      }),
    );
  });
});

const typeOf = { checkout: "checkout", renewal: "renew", checkin: "checkin", "in-house-use": "in_house_use" };
const reports = {
  evergreen: (lines: readonly SentLine[], textcode: string): string =>
    lines
      .map(({ transaction, kind, item, patron }) =>
        JSON.stringify({
          command: {
            type: typeOf[kind as keyof typeof typeOf],
            barcode: item,
            ...(patron === undefined ? {} : { patron_barcode: patron }),
            x_txid: transaction,
          },
          event: { ilsevent: "1502", textcode, desc: "…" },
        }),
      )
      .join("\n"),
};

describe("each ILS's own report", () => {
  const lines = [
    lineOf(1, "checkout", "33191000000001", "21234000000018"),
    lineOf(2, "checkin", "33191000000002"),
    lineOf(3, "checkin", "33191000000001"),
    lineOf(4, "renewal", "CONC4000036", "21234000000026"),
    lineOf(5, "checkout", "33191000000005", "21234000000018"),
  ];
  const read = (format: Format, text: string) => {
    const answer = readAnswer({ batch, format, text, lines });
    if (answer.kind === "refused") return answer.code;
    const matched = answer.matched.map(({ line, reply }) => [line.number, reply.advice ?? reply.outcome]);
    return { matched, unmatched: answer.unmatched.map(({ why }) => why) };
  };

  it("Alma: its four messages; an unknown card is every loan of that card", () => {
    const text = [
      "Offline circulation job 4711",
      "Item not found. Barcode: 33191000000005",
      "Item not found. Barcode: CONC4000036",
      "User not found. Barcode: 21234000000026",
      "Return item failed, item was not on loan. Barcode: 33191000000002",
      "A later action on this item happened. Barcode: 33191000000001",
    ].join("\r\n");
    expect(read("alma", text)).toEqual({
      matched: [
        [5, "item-unknown"],
        [4, "item-unknown"],
        [2, "not-on-loan"],
      ],
      unmatched: ["it may mean any of the lines 1, 3"],
    });
    expect(read("alma", "User not found. Barcode: 21234000000018")).toEqual({
      matched: [
        [1, "patron-unknown"],
        [5, "patron-unknown"],
      ],
      unmatched: [],
    });
  });

  it("Evergreen: a results file, a list of exceptions, and the page's table as CSV and TSV", () => {
    const results = [
      reports.evergreen(lines.slice(0, 1), "SUCCESS"),
      reports.evergreen(lines.slice(1, 3), "ACTION_CIRCULATION_NOT_FOUND"),
      reports.evergreen(lines.slice(4), "PATRON_EXCEEDS_CHECKOUT_COUNT"),
    ].join("\n");
    const expected = [
      [1, "done"],
      [2, "not-on-loan"],
      [3, "not-on-loan"],
      [5, "limit"],
    ];
    expect(read("evergreen", results)).toEqual({ matched: expected, unmatched: [] });
    expect(read("evergreen", `[${results.split("\n").join(",\n")}]`)).toEqual({
      matched: expected,
      unmatched: [],
    });
    const table = (separator: string) =>
      [
        ["Workstation", "Type", "Event Name", "Item Barcode", "Patron Barcode"],
        ["RIV-1", "checkin", "ASSET_COPY_NOT_FOUND", "33191000000001", ""],
        ["RIV-1", "renew", '"OPEN_CIRCULATION_EXISTS"', "CONC4000036", "21234000000026"],
      ]
        .map((row) => row.join(separator))
        .join("\n");
    for (const separator of [",", "\t"])
      expect(read("evergreen", table(separator))).toEqual({
        matched: [
          [3, "item-unknown"],
          [4, "on-loan"],
        ],
        unmatched: [],
      });
    const cut = results.slice(0, results.length - 12);
    expect(read("evergreen", cut)).toBe("cut-off");
    expect(read("evergreen", table(",").slice(0, -25))).toBe("cut-off");
  });

  it("Koha: the replies of its list", () => {
    const text = [
      "2026-07-22 10:00:00\tMK\tissue\t33191000000001\t21234000000018\tBorrower not found.",
      "2026-07-22 10:01:00\tMK\treturn\t33191000000001\t\tItem not issued.",
      "2026-07-22 10:02:00\tMK\treturn\t33191000000002\t\tSuccess.",
    ].join("\n");
    expect(read("koha", text)).toEqual({
      matched: [
        [1, "patron-unknown"],
        [3, "not-on-loan"],
        [2, "done"],
      ],
      unmatched: [],
    });
  });

  it("SIP2 answers, and line numbers with words of any system", () => {
    const text =
      "120NUN20260722    101530AOUWOLS|AA21234000000018|AB33191000000005|AJTitle|AH|AFItem cannot be issued: on hold|";
    expect(read("sierra", text)).toEqual({ matched: [[5, "reserved"]], unmatched: [] });
    expect(read("sierra", "Line 3: item 33191000000001 is not checked out")).toEqual({
      matched: [[3, "not-on-loan"]],
      unmatched: [],
    });
    // The number and the barcode tell of two lines: neither is taken.
    expect(read("sierra", "Line 2: unknown item 33191000000001")).toBe("other-batch");
  });

  it("refuses another batch's report, half a one, the file itself, and rubbish", () => {
    expect(read("alma", "Report on RIV-3-2-ffff\nItem not found. Barcode: 33191000000001")).toBe(
      "other-batch",
    );
    expect(
      read("alma", "Item not found. Barcode: 33191000000077\nItem not found. Barcode: 33191000000078"),
    ).toBe("other-batch");
    expect(read("alma", "Failed: 12\nItem not found. Barcode: 33191000000005")).toBe("cut-off");
    expect(read("alma", `202607221015L${"33191000000001".padEnd(80)}21234000000018`)).toBe("no-report");
    expect(read("evergreen", '{"type":"checkin","timestamp":1,"delta":0,"barcode":"33191000000001"}')).toBe(
      "no-report",
    );
    for (const text of ["", "\n\n", "hello world", "\u0000\u0001PK", "Line 3 bananas", "{}"])
      expect(["no-report", "cut-off"], text).toContain(read("koha", text));
  });
});

describe("what stays of an ILS's words", () => {
  it("has no barcode, number or name of the line in it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...items),
        fc.constantFrom(...patrons),
        fc.array(fc.oneof(word, fc.constantFrom("Ñandú", "ñandú,", "Łukasz", "(Ñandú)", "a@b.org")), {
          maxLength: 30,
        }),
        (item, patron, words) => {
          const masked = maskWords(words.join(" "), [item, patron, "Łukasz Ñandú"]);
          expect(masked).not.toMatch(/ñandú|łukasz|@|\d{4}/i);
          expect(masked.length).toBeLessThanOrEqual(200);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: what the log refuses
          expect(masked).not.toMatch(/[\u0000-\u001f\ud800-\udfff](?![\udc00-\udfff])/u);
        },
      ),
    );
    expect(
      maskWords("Item 33191000000001 is on hold for Ñandú, Łukasz", ["33191000000001", "Łukasz Ñandú"]),
    ).toBe("Item … is on hold for …, …");
  });

  it("has advice for every kind of line, and for words of a later version", () => {
    for (const kind of ["checkout", "checkin", "registration"] as const)
      for (const advice of ["item-unknown", "on-loan", "from-2031", "constructor", undefined])
        expect(adviceToText(advice, kind)).toMatch(/^[A-Z].+\.$/);
  });
});
