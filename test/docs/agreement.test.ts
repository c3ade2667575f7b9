/**
 * Documents say what the program says: the pages of the ILSs its checklists and consequences, the guides for librarians
 * the words of the screens, the formats the golden files.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ExceptionKind } from "../../src/crdt/circulation/exceptions.ts";
import type { BatchFile, Format } from "../../src/export/batch.ts";
import { checklistOf } from "../../src/export/checklist.ts";
import { consequenceOf } from "../../src/export/consequence.ts";
import { renderBatch } from "../../src/export/render.ts";
import { exceptionKindToWord } from "../../src/web/words.ts";
import { goldenBatch } from "../export/golden-batch.ts";
import { readDocument, root } from "./markdown.ts";

/** One blank for each run of them, straight quotes, no marks of emphasis. */
const plain = (text: string): string =>
  text.replaceAll(/[`*]/g, "").replaceAll("’", "'").replaceAll(/\s+/g, " ");

const pages: Readonly<Record<Format, string>> = {
  evergreen: "docs/ils/evergreen.md",
  koha: "docs/ils/koha.md",
  alma: "docs/ils/alma.md",
  sierra: "docs/ils/sierra.md",
  csv: "docs/ils/other.md",
  jsonl: "docs/ils/other.md",
};
const textOf = (path: string): string => plain(readFileSync(join(root, path), "utf8"));

/** The steps for a batch in which everything occurs, so often each. */
function allSteps(format: Format, count: number): readonly string[] {
  const { id } = goldenBatch(format);
  const { files } = renderBatch(goldenBatch(format));
  const has = (role: BatchFile["role"]): boolean => files.some((file) => file.role === role);
  const patrons = has("patrons") ? count : 0;
  const extra = format === "csv" || format === "jsonl" ? 0 : count;
  const handOver = {
    format,
    // As the pages name files.
    files: files.map((file) => ({
      ...file,
      name: file.name.replace(id, "BATCH").replace(/rdy\d{14}$/, "rdyYYYYMMDDhhmmss"),
    })),
    counts: [{ kind: "checkout", written: 1, converted: 0, extra: extra + patrons, patrons }] as const,
    reasons: has("due") ? ([{ kind: "checkout", into: "due", reason: "", count }] as const) : [],
  };
  return checklistOf(handOver).map(({ text }) => plain(text).replaceAll(`${count}`, "N"));
}

const kinds: readonly ExceptionKind[] = [
  "double-loan",
  "renewal-without-loan",
  "checkin-without-loan",
  "duplicate-registration",
  "unknown-patron",
  "unknown-item",
  "hold-at-checkin",
  "override-used",
  "date-promised",
  "overtaken",
  "void-after-export",
];

describe.each(Object.entries(pages) as [Format, string][])("the page for %s (%s)", (format, path) => {
  const text = textOf(path);

  it("has the steps of the program's own list, in its order", () => {
    const steps = allSteps(format, 777);
    expect(steps.length).toBeGreaterThanOrEqual(format === "csv" || format === "jsonl" ? 1 : 9);
    expect(steps.filter((step) => !text.includes(step))).toEqual([]);
    const places = steps.map((step) => text.indexOf(step));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("says of each exception what the program says", () => {
    if (format === "csv" || format === "jsonl") return expect(text).not.toContain("if you leave it");
    const rows = kinds.map(
      (kind) => `| ${exceptionKindToWord(kind)} | ${consequenceOf(kind, "note", format)} |`,
    );
    expect(rows.map(plain).filter((row) => !text.includes(row))).toEqual([]);
  });
});

it("has the step of a file in parts", () => {
  const files = [1, 2].map((part) => ({ role: "main" as const, name: `BATCH-part${part}.dat`, part }));
  const steps = checklistOf({ format: "alma", files, counts: [], reasons: [] });
  expect(textOf(pages.alma)).toContain(steps.find(({ code }) => code === "parts")!.text);
});

/** What staff may see: the text of pages and of what the desk tells them. */
function screenText(): string {
  const folders = ["src/web", "src/crdt/circulation", "src/node/operating", "src/export"];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(root, folder, name), "utf8")),
  );
  return plain(files.join("\n").replaceAll(/<\/?b>/g, ""));
}

describe.each(["docs/supervisor-guide.md", "docs/desk-card.md"])("%s", (path) => {
  const screens = screenText();
  /** A number or a name stands there on the screen. */
  const isShown = (words: string): boolean =>
    plain(words)
      .split(/\b\d+ of \d+\b/)
      .every((part) => screens.includes(part.trim()));

  it("has in bold what stands on the screens, letter by letter", () => {
    const { bold } = readDocument(path);
    expect(bold.length).toBeGreaterThan(15);
    expect(bold.filter((words) => !isShown(words))).toEqual([]);
  });
  it("would not pass with other words", () => expect(isShown("Export a single file")).toBe(false));
});

describe("docs/formats.md", () => {
  const { blocks } = readDocument("docs/formats.md");
  const examples = blocks.filter(({ info }) => info.includes("golden="));

  it.each(examples.map((block) => [block.info, block.lines] as const))(
    "%s is in the golden file",
    (info, lines) => {
      const name = /golden=(\S+)/.exec(info)![1]!;
      const golden = readFileSync(join(root, "test/export/golden", name), "utf8").split(/\r?\n/);
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.filter((line) => !golden.includes(line))).toEqual([]);
    },
  );
  it("has an example of every format", () =>
    expect(new Set(examples.map(({ info }) => /golden=(\w+)/.exec(info)![1]))).toEqual(
      new Set(["evergreen", "koha", "alma", "sierra", "csv", "jsonl"]),
    ));
});
