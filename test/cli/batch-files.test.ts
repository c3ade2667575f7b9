import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeBatchFiles } from "../../src/node/cli/batch-files.ts";
import type { NodeClient } from "../../src/node/cli/node-client.ts";
import type { BatchView } from "../../src/node/http/api.ts";

let out = "";
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "deskmesh-out-"));
});
afterEach(() => rm(out, { recursive: true, force: true }));

const batch: BatchView = {
  id: "RIV-1-1-4a7c",
  outage: 1,
  format: "koha",
  state: "made",
  madeAt: "2026-11-21T10:00:00+01:00",
  partial: false,
  lines: 1,
  counts: [],
  sha256: "00",
  files: [
    { role: "main", name: "RIV-1-1-4a7c.koc", size: 4, sha256: "00" },
    { role: "lines", name: "RIV-1-1-4a7c-lines.csv", size: 5, sha256: "00" },
  ],
  released: true,
};
const client: NodeClient = {
  url: "http://127.0.0.1:1",
  get: () => Promise.reject(new Error("not asked")),
  post: () => Promise.reject(new Error("not asked")),
  delete: () => Promise.reject(new Error("not asked")),
  follow: () => Promise.reject(new Error("not asked")),
  withToken: () => client,
  bytes: async (path) => new TextEncoder().encode(path),
};

describe("writeBatchFiles", () => {
  it("asks for each file by its role, writes it whole, and leaves nothing beside it", async () => {
    const folder = join(out, "new", "deep");
    const written = await writeBatchFiles(client, batch, folder);
    expect(written.map(({ outcome }) => outcome)).toEqual(["written", "written"]);
    expect((await readdir(folder)).sort()).toEqual(["RIV-1-1-4a7c-lines.csv", "RIV-1-1-4a7c.koc"]);
    expect(await readFile(join(folder, "RIV-1-1-4a7c.koc"), "utf8")).toBe("/api/batches/RIV-1-1-4a7c/file");
    expect(await readFile(join(folder, "RIV-1-1-4a7c-lines.csv"), "utf8")).toBe(
      "/api/batches/RIV-1-1-4a7c/lines",
    );
  });

  it("does nothing the second time", async () => {
    await writeBatchFiles(client, batch, out);
    const again = await writeBatchFiles(client, batch, out);
    expect(again.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
  });

  it("never writes over another file, and writes no other then", async () => {
    await writeFile(join(out, "RIV-1-1-4a7c-lines.csv"), "mine");
    await expect(writeBatchFiles(client, batch, out)).rejects.toMatchObject({ exitCode: 4 });
    expect(await readdir(out)).toEqual(["RIV-1-1-4a7c-lines.csv"]);
    expect(await readFile(join(out, "RIV-1-1-4a7c-lines.csv"), "utf8")).toBe("mine");
  });

  it("refuses a folder in a file's place", async () => {
    await mkdir(join(out, "RIV-1-1-4a7c.koc"));
    await expect(writeBatchFiles(client, batch, out)).rejects.toMatchObject({ exitCode: 4 });
  });

  it("puts Sierra's nameless file into its folder of the batch", async () => {
    const files = [{ role: "main", name: `${batch.id}/rdy20261121100000`, size: 1, sha256: "00" }];
    await writeBatchFiles(client, { ...batch, format: "sierra", files }, out);
    expect(await readdir(join(out, batch.id))).toEqual(["rdy20261121100000"]);
  });

  it.each(["../x", "/x", "a/b/c", "a/../b", "a\\b", "", ".hidden", "C:x"])(
    "refuses the name %j",
    async (name) => {
      const files = [{ role: "main", name, size: 1, sha256: "00" }];
      await expect(writeBatchFiles(client, { ...batch, files }, out)).rejects.toMatchObject({ exitCode: 1 });
      expect(await readdir(out)).toEqual([]);
    },
  );
});
