/** Whose stores these are: a newer program's are refused before anything is opened, an older one's are taken over. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { claimStore, storeFormat } from "../../../src/node/store/store-version.ts";
import * as fc from "../../properties.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-store-"));
});
afterEach(() => rm(folder, { recursive: true }));

const path = () => join(folder, "store.json");

it("marks a folder that has no mark, and is content with its own", async () => {
  await claimStore(folder, "0.1.0");
  expect(JSON.parse(await readFile(path(), "utf8"))).toEqual({ format: storeFormat, program: "0.1.0" });
  await claimStore(folder, "0.1.0");
  await claimStore(folder, "0.1.1");
  expect(JSON.parse(await readFile(path(), "utf8")).program).toBe("0.1.1");
});

it("refuses a newer one in words that name both versions, and changes nothing", async () => {
  const text = JSON.stringify({ format: storeFormat + 1, program: "7.0.0" });
  await writeFile(path(), text);
  const refused = claimStore(folder, "0.1.0");
  await expect(refused).rejects.toMatchObject({ exitCode: 4 });
  await expect(refused).rejects.toThrow(/newer Deskmesh \(7\.0\.0, .*this one \(0\.1\.0\).*Install 7\.0\.0/);
  expect(await readFile(path(), "utf8")).toBe(text);
  expect(await readdir(folder)).toEqual(["store.json"]);
});

it("refuses a mark that it can't read, whatever stands there", async () => {
  const nonsense = fc.oneof(
    fc.string(),
    fc.json().filter((text) => !text.includes('"format"')),
  );
  await fc.assert(
    fc.asyncProperty(nonsense, async (text) => {
      await writeFile(path(), text);
      await expect(claimStore(folder, "0.1.0")).rejects.toThrow(/is not what Deskmesh wrote/);
      expect(await readFile(path(), "utf8")).toBe(text);
    }),
    { numRuns: 30 },
  );
});
