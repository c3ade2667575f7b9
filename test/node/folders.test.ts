/** Folders that a person names, on a real disk, and where the system makes none. */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeFolders } from "../../src/node/folders.ts";

let base: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "deskmesh-folders-"));
});

afterAll(() => rm(base, { recursive: true, force: true }));

it("makes what is missing, for whom it is meant, is quiet where all is there, and does so for two at once", async () => {
  const path = join(base, "a", "b", "c");
  await Promise.all([
    makeFolders(path, 0o700),
    makeFolders(path, 0o700),
    makeFolders(`${path}/../d/`, 0o700),
  ]);
  await makeFolders(path, 0o700);
  for (const each of ["a", "a/b", "a/b/c", "a/b/d"]) {
    const { mode } = await stat(join(base, each));
    expect([each, mode & 0o777]).toEqual([each, 0o700]);
  }
  await makeFolders("/");
});

it("says what stands in the way", async () => {
  await writeFile(join(base, "file"), "");
  await expect(makeFolders(join(base, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolders(join(base, "file", "x", "y"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

it.runIf(process.platform === "linux")(
  "ends where no folder can be made, however deep it was to be",
  async () => {
    await expect(makeFolders("/proc/deskmesh")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(makeFolders("/proc/deskmesh/a/b")).rejects.toMatchObject({ code: "ENOENT" });
  },
);
