import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { BatchFile } from "../../src/export/batch.ts";
import { renderBatch } from "../../src/export/render.ts";
import { goldenBatch } from "./golden-batch.ts";
import { goldenLog } from "./golden-log.ts";
import { FORMATS } from "./worlds.ts";

/** `evergreen.xacts`, `evergreen-lines.csv`, `log-evergreen.xacts`, … */
function goldenName(format: string, { role, name }: BatchFile, prefix: string): string {
  if (role !== "main") return `${prefix}${format}-${role}.csv`;
  const ending = format === "sierra" ? "" : name.slice(name.lastIndexOf("."));
  return `${prefix}${format}${ending}`;
}

function expectGolden(file: BatchFile, name: string): void {
  const golden = readFileSync(new URL(`./golden/${name}`, import.meta.url));
  expect(new TextDecoder().decode(file.bytes)).toBe(golden.toString("utf8"));
  expect(Buffer.from(file.bytes).equals(golden)).toBe(true);
}

/** To make the golden files anew after a wanted change, write `file.bytes` here, and check each line by hand. */
describe.each(FORMATS)("the golden batch as %s", (format) => {
  const batch = renderBatch(goldenBatch(format));

  it.each(batch.files.map((file) => [file.role, file] as const))("has the checked bytes: %s", (_, file) =>
    expectGolden(file, goldenName(format, file, "")),
  );
});

describe.each(FORMATS)("the golden log as %s", (format) => {
  const batch = renderBatch(goldenLog(format));
  const shown = batch.files.filter(({ role }) => role === "main" || role === "extra" || role === "due");

  it.each(shown.map((file) => [file.role, file] as const))("has the checked bytes: %s", (_, file) =>
    expectGolden(file, goldenName(format, file, "log-")),
  );
});

it("the golden log holds every kind, and what each format turns into something else", () => {
  const counts = new Map(FORMATS.map((format) => [format, renderBatch(goldenLog(format)).counts]));
  const kinds = [
    "checkin",
    "checkout",
    "in-house-use",
    "non-catalogued",
    "payment",
    "registration",
    "renewal",
  ];
  for (const [format, count] of counts)
    expect([format, ...count.map(({ kind }) => kind).sort()]).toEqual([format, ...kinds]);
  const converted = (format: (typeof FORMATS)[number]) =>
    counts.get(format)!.flatMap(({ kind, converted: count }) => (count > 0 ? [kind] : []));
  const turned = FORMATS.flatMap((format) =>
    converted(format).length > 0 ? [[format, ...converted(format)]] : [],
  );
  expect(turned).toEqual([
    ["koha", "renewal"],
    ["alma", "renewal"],
  ]);
});
