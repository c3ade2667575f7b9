import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { sampleFolder, withFolder } from "./stores.ts";

const script = fileURLToPath(new URL("../../../scripts/make-sample.mjs", import.meta.url));

it("is what its script makes, byte for byte", async () => {
  await withFolder(async (folder) => {
    await promisify(execFile)(process.execPath, [script, folder]);
    const names = await readdir(folder);
    expect([...names].sort()).toEqual([...(await readdir(sampleFolder))].sort());
    for (const name of names) {
      expect(await readFile(join(folder, name), "utf8"), name).toBe(
        await readFile(join(sampleFolder, name), "utf8"),
      );
    }
  });
});

it("has barcodes with a right check digit, and a few odd ones", async () => {
  for (const [name, odd] of [
    ["items.csv", 3],
    ["patrons.csv", 2],
  ] as const) {
    const text = await readFile(join(sampleFolder, name), "utf8");
    const barcodes = text
      .split("\n")
      .slice(1)
      .map((line) => line.split(",")[0] ?? "");
    const checked = barcodes.filter((barcode) => /^\d{14}$/.test(barcode));
    expect(checked.filter((barcode) => !isChecked(barcode))).toEqual([]);
    const others = barcodes.filter((barcode) => /^[\w-]+$/.test(barcode) && !checked.includes(barcode));
    expect(others).toHaveLength(odd);
  }
  expect(["30234000517861", "33191000105864"].map(isChecked)).toEqual([true, true]);
});

/** Mod 10 with every second digit doubled, the check digit last. */
function isChecked(barcode: string): boolean {
  const sum = [...barcode].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
