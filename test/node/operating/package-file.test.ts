/** What is taken for a package of the program: whole ones alone, by what is inside and not by the name of the file. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isNewerVersion, platformOf, readPackage } from "../../../src/node/operating/package-file.ts";
import * as fc from "../../properties.ts";
import {
  elf,
  type Files,
  filesOf,
  makeTar,
  makeZip,
  packTar,
  packZip,
  portable,
  tarEntry,
  withSums,
} from "./packages.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-packages-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(bytes: Uint8Array) {
  const path = join(folder, "file");
  await writeFile(path, bytes);
  return readPackage(path);
}

it.each([
  ["linux-x64", makeTar("0.2.0")],
  ["win-x64", makeZip("0.2.0")],
] as const)("reads version, system and hash out of a package for %s", async (platform, bytes) => {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = { platform, version: "0.2.0", sha256, size: bytes.length };
  expect(await read(bytes)).toEqual({ kind: "package", file });
});

it("takes no package that was cut off", async () => {
  const whole = [makeTar("0.2.0", "linux-x64", 2_000), makeZip("0.2.0", "win-x64", 2_000)];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...whole), fc.nat(3_000), async (bytes, cut) => {
      const left = bytes.subarray(0, bytes.length - 1 - (cut % (bytes.length - 1)));
      expect((await read(left)).kind).toBe("refused");
    }),
    { numRuns: 60 },
  );
});

/** `null`: it can't be unpacked. */
function unpack(gzipped: Buffer): Buffer | null {
  try {
    return gunzipSync(gzipped);
  } catch {
    return null;
  }
}

it("takes no tarball of which one byte behind its header was changed", async () => {
  const whole = makeTar("0.2.0", "linux-x64", 2_000);
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (place, by) => {
      const changed = Buffer.from(whole);
      // The ten bytes of gzip's header say nothing of what is inside.
      const at = 10 + (place % (whole.length - 10));
      changed[at] = changed[at]! ^ by;
      // Of a run of zeros it doesn't matter how far back the ones lie that are repeated: that is the same tarball.
      fc.pre(!unpack(changed)?.equals(unpack(whole)!));
      expect((await read(changed)).kind).toBe("refused");
    }),
    { numRuns: 100 },
  );
});

it.each([
  ["nothing", Buffer.alloc(0)],
  ["noise", randomBytes(5_000)],
  ["a system that is none", makeTar("0.2.0", "vax-x64")],
  ["a tarball for Windows", makeTar("0.2.0", "win-x64")],
  ["a zip for Linux", makeZip("0.2.0", "linux-x64")],
  ["a version that is none", makeTar("next", "linux-x64")],
  ["two numbers", makeTar("0.2", "linux-x64")],
])("says what was expected instead of %s", async (_what, bytes) => {
  expect(await read(bytes)).toEqual({
    kind: "refused",
    text: expect.stringContaining("expected a package of Deskmesh"),
  });
});

/** One file of a whole package is another one, or missing; its list of checksums is made before or after. */
function changed(
  platform: "linux-x64" | "win-x64",
  path: string,
  bytes: Buffer | null,
  when: "listed" | "after",
): Buffer {
  const change = (files: Files): Files => {
    const rest = [...files].filter(([name]) => name !== path);
    return new Map(bytes === null ? rest : [...rest, [path, bytes]]);
  };
  const files = filesOf("0.2.0", platform, 2_000);
  const pack = platform === "win-x64" ? packZip : packTar;
  return pack(
    `deskmesh-0.2.0-${platform}`,
    when === "listed" ? withSums(change(files)) : change(withSums(files)),
  );
}

const manifest = (name: string, version: string): Buffer => Buffer.from(JSON.stringify({ name, version }));
const bytes = Buffer.from("another file");

it.each([
  [
    changed("linux-x64", "app/package.json", manifest("deskmesh", "0.1.0"), "listed"),
    "named deskmesh 0.2.0 and holds deskmesh 0.1.0",
  ],
  [changed("win-x64", "app/package.json", manifest("other", "0.2.0"), "listed"), "and holds other 0.2.0"],
  [changed("win-x64", "app/package.json", bytes, "listed"), "and holds a program without a name"],
  [
    changed("linux-x64", "runtime/node", elf(183), "listed"),
    "named linux-x64, and its Node is for other PCs",
  ],
  [changed("linux-x64", "runtime/node", portable(0x8664), "listed"), "its Node is for other PCs"],
  [
    changed("win-x64", "runtime/node.exe", portable(0xaa64), "listed"),
    "named win-x64, and its Node is for other PCs",
  ],
  [changed("win-x64", "runtime/node.exe", elf(62), "listed"), "its Node is for other PCs"],
  [changed("linux-x64", "install.sh", null, "listed"), "install.sh is not in it"],
  [changed("win-x64", "runtime/node.exe", null, "listed"), "runtime/node.exe is not in it"],
  [changed("linux-x64", "SHA256SUMS", null, "after"), "SHA256SUMS is not in it"],
  [changed("linux-x64", "LICENSE", bytes, "after"), "LICENSE is not what its list of checksums says"],
  [changed("win-x64", "LICENSE", bytes, "after"), "LICENSE is not what its list of checksums says"],
  [changed("linux-x64", "more", bytes, "after"), "more is not what its list of checksums says"],
  [changed("win-x64", "LICENSE", null, "after"), "LICENSE is not what its list of checksums says"],
  [changed("linux-x64", "../../etc/passwd", bytes, "listed"), "a file where none belongs"],
  [changed("win-x64", "a\\..\\b", bytes, "listed"), "damaged"],
])("refuses what is not inside what it is called outside: %#", async (packed, text) => {
  expect(await read(packed)).toEqual({ kind: "refused", text: expect.stringContaining(text) });
});

it("refuses a link, a second folder, and a file that stands there twice", async () => {
  const top = "deskmesh-0.2.0-linux-x64";
  const whole = gunzipSync(packTar(top, withSums(filesOf("0.2.0", "linux-x64", 2_000))));
  const ways = [
    [tarEntry(`${top}/link`, Buffer.alloc(0), "2"), "a link or another thing"],
    [tarEntry("elsewhere/file", bytes), "a file where none belongs"],
    [tarEntry(`${top}/LICENSE`, bytes), "a file where none belongs"],
  ] as const;
  for (const [more, text] of ways) {
    const packed = gzipSync(Buffer.concat([whole.subarray(0, -1_024), more, Buffer.alloc(1_024)]));
    expect(await read(packed)).toEqual({ kind: "refused", text: expect.stringContaining(text) });
  }
});

it("takes no zip of which a byte of a file was changed", async () => {
  const whole = makeZip("0.2.0", "win-x64", 2_000);
  const noise = whole.indexOf("app/noise") + "app/noise".length;
  await fc.assert(
    fc.asyncProperty(fc.nat(1_999), fc.integer({ min: 1, max: 255 }), async (place, by) => {
      const other = Buffer.from(whole);
      other[noise + place] = other[noise + place]! ^ by;
      expect((await read(other)).kind).toBe("refused");
    }),
    { numRuns: 30 },
  );
});

it("orders versions by their numbers", () => {
  const version = fc.tuple(fc.nat(120), fc.nat(120), fc.nat(120));
  const order = (a: readonly number[], b: readonly number[]) => {
    const differs = a.findIndex((part, i) => part !== b[i]);
    return differs === -1 ? 0 : a[differs]! - b[differs]!;
  };
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(isNewerVersion(a.join("."), b.join("."))).toBe(order(a, b) > 0);
    }),
  );
  expect(isNewerVersion("0.10.0", "0.9.9")).toBe(true);
  expect(isNewerVersion("1.0.0-rc", "0.1.0")).toBe(false);
});

it("knows which package is for this PC", () => {
  expect([platformOf("linux", "x64"), platformOf("win32", "x64")]).toEqual(["linux-x64", "win-x64"]);
  expect([platformOf("linux", "arm64"), platformOf("darwin", "x64")]).toEqual([null, null]);
});
