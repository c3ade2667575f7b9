/** The planted faults can still be planted: each patch applies once, and names a test that is there. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

interface Fault {
  readonly name: string;
  readonly path: string;
  readonly search: string;
  readonly replace: string;
  readonly file: string;
  readonly only: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
// Plain JavaScript, as all scripts: their types are told here.
const { faults } = (await import(`${root}/test/mutants/faults.mjs`)) as { faults: readonly Fault[] };
const { plant } = (await import(`${root}/scripts/mutants.mjs`)) as {
  plant(text: string, search: string, replace: string): string | null;
};
const read = (path: string): string => readFileSync(`${root}/${path}`, "utf8");

it("there are enough of them, each with a name of its own", () => {
  expect(faults.length).toBeGreaterThanOrEqual(25);
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

it.each(faults)("$name", ({ path, search, replace, file, only }) => {
  const text = read(path);
  const planted = plant(text, search, replace);
  // `null`: it applies nowhere any more, or twice.
  expect(planted).not.toBeNull();
  expect(planted).not.toBe(text);
  // Regressions of the simulation are tests by what they were.
  const named = `${read(file)}${file.startsWith("test/sim/") ? read("test/sim/regressions.ts") : ""}`
    .replaceAll("seeds $prefix$from to $to", "seeds 1 to 50")
    .replace("%s: with", "all linked: with");
  expect(named).toContain(only);
});

it("a patch that applies nowhere, or twice, is refused", () => {
  expect(plant("a b", "c", "d")).toBeNull();
  expect(plant("a a", "a", "d")).toBeNull();
  expect(plant("a b", "a", "$&")).toBe("$& b");
});
