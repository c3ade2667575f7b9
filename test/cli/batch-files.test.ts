import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
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

/** The client of the test answers with the address that it was asked for. */
function fileOf(role: string, name: string, path: string, part?: number): BatchView["files"][number] {
  const bytes = `/api/batches/RIV-1-1-4a7c/${path}`;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { role, name, size: bytes.length, sha256, ...(part === undefined ? {} : { part }) };
}

const batch: BatchView = {
  id: "RIV-1-1-4a7c",
  outage: 1,
  format: "koha",
  state: "made",
  madeAt: "2026-11-21T10:00:00+01:00",
  partial: false,
  lines: 1,
  counts: [],
  reasons: [],
  outcomes: [],
  checklist: [],
  sha256: "00",
  files: [fileOf("main", "RIV-1-1-4a7c.koc", "file"), fileOf("lines", "RIV-1-1-4a7c-lines.csv", "lines")],
  released: true,
};
const client: NodeClient = {
  url: "http://127.0.0.1:1",
  get: () => Promise.reject(new Error("not asked")),
  post: () => Promise.reject(new Error("not asked")),
  upload: () => Promise.reject(new Error("not asked")),
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
    const files = [fileOf("main", `${batch.id}/rdy20261121100000`, "file")];
    await writeBatchFiles(client, { ...batch, format: "sierra", files }, out);
    expect(await readdir(join(out, batch.id))).toEqual(["rdy20261121100000"]);
  });

  it("asks for each part of a main file in parts", async () => {
    const files = [
      fileOf("main", `${batch.id}-part1.dat`, "file?part=1", 1),
      fileOf("main", `${batch.id}-part2.dat`, "file?part=2", 2),
    ];
    await writeBatchFiles(client, { ...batch, format: "alma", files }, out);
    expect((await readdir(out)).sort()).toEqual([`${batch.id}-part1.dat`, `${batch.id}-part2.dat`]);
  });

  it("writes nothing of what did not come whole", async () => {
    const files = [batch.files[0]!, { ...batch.files[1]!, sha256: "00" }];
    await expect(writeBatchFiles(client, { ...batch, files }, out)).rejects.toMatchObject({ exitCode: 1 });
    expect(await readdir(out)).toEqual([]);
  });

  it("leaves nothing half-written where a later file can't be written", async () => {
    // The name is one that the disk takes, and that of the file while it is written isn't.
    const files = [batch.files[0]!, fileOf("lines", "a".repeat(250), "lines")];
    await expect(writeBatchFiles(client, { ...batch, files }, out)).rejects.toMatchObject({ exitCode: 4 });
    expect(await readdir(out)).toEqual([]);
  });

  const mayMount = process.platform === "linux" && process.getuid?.() === 0;
  it.skipIf(!mayMount)(
    "leaves nothing on a disk that is full, and says so (mounts, so it needs root)",
    async () => {
      const small = join(out, "small");
      await mkdir(small);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "dm-batch", small]);
      try {
        const large = Buffer.alloc(200_000, "line\n");
        const sha256 = createHash("sha256").update(large).digest("hex");
        const files = [
          batch.files[0]!,
          { role: "lines", name: `${batch.id}-lines.csv`, size: large.length, sha256 },
        ];
        const plain = client.bytes;
        const bytes = async (path: string) => (path.endsWith("/lines") ? large : plain(path));
        await expect(writeBatchFiles({ ...client, bytes }, { ...batch, files }, small)).rejects.toMatchObject(
          {
            exitCode: 4,
            message: expect.stringMatching(/the disk is full.*none was left there/),
          },
        );
        expect(await readdir(small)).toEqual([]);
      } finally {
        execFileSync("umount", [small]);
      }
    },
  );

  it.each(["../x", "/x", "a/b/c", "a/../b", "a\\b", "", ".hidden", "C:x"])(
    "refuses the name %j",
    async (name) => {
      const files = [fileOf("main", name, "file")];
      await expect(writeBatchFiles(client, { ...batch, files }, out)).rejects.toMatchObject({ exitCode: 1 });
      expect(await readdir(out)).toEqual([]);
    },
  );
});
