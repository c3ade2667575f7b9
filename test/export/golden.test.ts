import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderBatch } from "../../src/export/render.ts";
import { goldenBatch } from "./golden-batch.ts";
import { FORMATS } from "./worlds.ts";

/** `evergreen.xacts`, `evergreen-lines.csv`, … */
function goldenName(format: string, role: string, name: string): string {
  if (role !== "main") return `${format}-${role}.csv`;
  return format === "sierra" ? "sierra" : `${format}${name.slice(name.lastIndexOf("."))}`;
}

/** To make the golden files anew after a wanted change, write `file.bytes` here, and check each line by hand. */
describe.each(FORMATS)("the golden batch as %s", (format) => {
  const batch = renderBatch(goldenBatch(format));

  it.each(batch.files.map((file) => [file.role, file] as const))(
    "has the checked bytes: %s",
    (role, file) => {
      const golden = readFileSync(
        new URL(`./golden/${goldenName(format, role, file.name)}`, import.meta.url),
      );
      expect(new TextDecoder().decode(file.bytes)).toBe(golden.toString("utf8"));
      expect(Buffer.from(file.bytes).equals(golden)).toBe(true);
    },
  );
});
