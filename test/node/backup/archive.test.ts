import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BackupUnreadable,
  contentsName,
  createArchive,
  type Frame,
  type FrameHead,
  headerName,
  readArchive,
  readHeader,
  writeHeader,
} from "../../../src/node/backup/archive.ts";
import { realRandom } from "../../../src/node/real-ports.ts";
import * as fc from "../../properties.ts";

const key = new Uint8Array(32).fill(7);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-archive-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(frames: readonly Frame[]): Promise<Buffer> {
  await rm(join(folder, contentsName), { force: true });
  const archive = await createArchive(folder, key, realRandom);
  for (const { head, bytes } of frames) await archive.add(head, bytes);
  await archive.end();
  await archive.close();
  return readFile(join(folder, contentsName));
}

async function read(): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const { head, bytes } of readArchive(folder, key))
    frames.push({ head, bytes: Uint8Array.from(bytes) });
  return frames;
}

const head = fc.oneof(
  fc.record({
    kind: fc.constant("log" as const),
    document: fc.constantFrom("branch", "outage-1", "outage-20"),
  }),
  fc.constant<FrameHead>({ kind: "package" }),
  fc.constant<FrameHead>({ kind: "identity", name: "branch.json" }),
);
const frame = fc.record({ head, bytes: fc.uint8Array({ maxLength: 3_000 }) });

describe("contents", () => {
  it("come back as they were written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 12 }), async (frames) => {
        await write(frames);
        expect(await read()).toEqual(frames);
      }),
      { numRuns: 40 },
    );
  });

  it("that are changed, cut, lengthened or re-ordered anywhere are refused", async () => {
    const frames: Frame[] = [1, 2, 3].map((n) => ({
      head: { kind: "package" },
      bytes: new Uint8Array(40).fill(n),
    }));
    const whole = await write(frames);
    const damage = fc.oneof(
      fc.record({ at: fc.nat(whole.length - 1), flip: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ cut: fc.nat(whole.length - 1) }),
      fc.record({ more: fc.uint8Array({ minLength: 1, maxLength: 20 }) }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        let bytes = Buffer.from(whole);
        if ("at" in how) bytes[how.at] = bytes[how.at]! ^ how.flip;
        if ("cut" in how) bytes = bytes.subarray(0, how.cut);
        if ("more" in how) bytes = Buffer.concat([bytes, how.more]);
        await writeFile(join(folder, contentsName), bytes);
        await expect(read()).rejects.toThrow(BackupUnreadable);
      }),
      { numRuns: 150 },
    );
    const size = 4 + whole.readUInt32BE();
    const swapped = [whole.subarray(size, 2 * size), whole.subarray(0, size), whole.subarray(2 * size)];
    await writeFile(join(folder, contentsName), Buffer.concat(swapped));
    await expect(read()).rejects.toThrow(/damaged/);
  });

  it.each([
    { kind: "identity", name: "../signing-key" },
    { kind: "identity", name: "/etc/passwd" },
    { kind: "log", document: "../outage-1" },
    { kind: "log", document: "outage-01" },
    { kind: "snapshot", sha256: "..", size: 1 },
    { kind: "other" },
    null,
  ])("whose frames name what they may not are refused: %j", async (wrong) => {
    await write([{ head: wrong as unknown as FrameHead, bytes: new Uint8Array(0) }]);
    await expect(read()).rejects.toThrow(BackupUnreadable);
  });
});

describe("the header", () => {
  const written = {
    ...{ branch: "ab".repeat(16), desk: "d", madeAt: 1 },
    key: { by: "passphrase", cost: 17, blockSize: 8, salt: "s", wrapped: "w" } as const,
  };
  it("comes back, and any other byte in what it says is found", async () => {
    await writeHeader(folder, written);
    expect(await readHeader(folder)).toEqual(written);
    const text = await readFile(join(folder, headerName), "utf8");
    for (const [from, to] of [
      ['"salt": "s"', '"salt": "t"'],
      ['"cost": 17', '"cost": 18'],
      ["}", ""],
      [text, ""],
    ] as const) {
      await writeFile(join(folder, headerName), text.replace(from, to));
      await expect(readHeader(folder)).rejects.toThrow(/damaged/);
    }
  });

  it("of a later version, and none, are told apart from damage", async () => {
    await expect(readHeader(folder)).rejects.toThrow(/no whole backup.*missing/);
    await writeFile(join(folder, headerName), '{"format": 2}');
    await expect(readHeader(folder)).rejects.toThrow(/later version/);
  });

  it("that would hold up the PC for minutes is refused", async () => {
    await writeHeader(folder, { ...written, key: { ...written.key, cost: 30 } });
    await expect(readHeader(folder)).rejects.toThrow(/damaged/);
  });
});
