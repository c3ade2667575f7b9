/**
 * A package of the program, as `npm run package` makes it: for which system, which version, and whether it is that inside,
 * too, and whole. Each file is held against the package's own list of checksums; nothing is unpacked to the disk.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { zippedFiles } from "../snapshot/zip-source.ts";
import { type PackedFile, PackUnreadable, tarFiles } from "./tar-files.ts";

export const platforms = ["linux-x64", "win-x64"] as const;
export type Platform = (typeof platforms)[number];

export interface PackageFile {
  readonly platform: Platform;
  /** Three numbers: `0.1.0`. */
  readonly version: string;
  /** Hex, of the file. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export type ReadPackage =
  | { readonly kind: "package"; readonly file: PackageFile }
  /** What was expected instead, for people. */
  | { readonly kind: "refused"; readonly text: string };

/** Ten times what one has today. */
export const mostPackageBytes = 512 * 1024 ** 2;
const mostUnpackedBytes = 4 * mostPackageBytes;
const mostFiles = 50_000;
/** Of a file that is read as text: the list of 50,000 names is the longest one. */
const mostTextBytes = 16 * 1024 ** 2;
const expected =
  "expected a package of Deskmesh (deskmesh-VERSION-linux-x64.tar.gz or deskmesh-VERSION-win-x64.zip)";

/** The system that this PC is of; `null`: there is no package for it. */
export function platformOf(platform: string, arch: string): Platform | null {
  if (arch !== "x64") return null;
  return platform === "linux" ? "linux-x64" : platform === "win32" ? "win-x64" : null;
}

/** Neither is newer where one of them is no version of three numbers. */
export function isNewerVersion(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => versionPattern.exec(text)?.slice(1).map(Number));
  if (!a || !b) return false;
  const differs = a.findIndex((part, i) => part !== b[i]);
  return differs !== -1 && a[differs]! > b[differs]!;
}

const versionPattern = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})$/;

export function isVersion(text: unknown): text is string {
  return typeof text === "string" && versionPattern.test(text);
}

/** Reads all of it. Rejects with the system's error where the file can't be read. */
export async function readPackage(path: string): Promise<ReadPackage> {
  const file = await open(path, "r");
  const head = Buffer.alloc(4);
  let size = 0;
  try {
    size = (await file.stat()).size;
    await file.read(head, 0, head.length, 0);
  } finally {
    await file.close();
  }
  const isZip = head.readUInt32LE(0) === 0x04034b50;
  if (size > mostPackageBytes || (!isZip && head.readUInt16BE(0) !== 0x1f8b)) return refused(null);
  try {
    const inside = await lookInside(isZip ? zippedFiles(path) : tarFiles(gunzipped(path)));
    if ((inside.platform === "win-x64") !== isZip) return refused(null);
    return { kind: "package", file: { ...inside, sha256: await hashFile(path), size } };
  } catch (error) {
    if (error instanceof PackUnreadable) return refused(error.message || null);
    throw error;
  }
}

/** `why`: continues "This is no whole package: "; `null`: it is none at all. */
function refused(why: string | null): ReadPackage {
  return { kind: "refused", text: why === null ? expected : `Not a whole package: ${why}; ${expected}` };
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

async function* gunzipped(path: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path);
  const inflating = source.pipe(createGunzip());
  source.once("error", (error) => inflating.destroy(error));
  try {
    for await (const chunk of inflating) yield chunk as Buffer;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "Z_BUF_ERROR") throw new PackUnreadable("it is cut off");
    if (code === "Z_DATA_ERROR") throw new PackUnreadable("it is damaged");
    throw error;
  } finally {
    source.destroy();
  }
}

interface Kind {
  /** Its Node, and what that begins with where it runs on such a PC. */
  readonly node: string;
  readonly isNode: (head: Buffer) => boolean;
  /** Without these nothing starts. */
  readonly needs: readonly string[];
}

const programs = ["app/package.json", "app/bin/deskmesh.mjs", "app/dist/program/main.js"];
const kinds: Readonly<Record<Platform, Kind>> = {
  "linux-x64": {
    node: "runtime/node",
    needs: [...programs, "deskmesh", "install.sh", "uninstall.sh"],
    // ELF, 64 bits, machine 62: x86-64.
    isNode: (head) =>
      head.toString("latin1", 0, 4) === "\x7fELF" && head[4] === 2 && head.readUInt16LE(18) === 62,
  },
  "win-x64": {
    node: "runtime/node.exe",
    needs: [...programs, "deskmesh.cmd", "install.cmd", "uninstall.cmd"],
    // Where its header says, "PE" and machine 0x8664: x86-64.
    isNode(head) {
      const at = head.readUInt32LE(0x3c);
      const isThere = head.toString("latin1", 0, 2) === "MZ" && at + 6 <= head.length;
      return isThere && head.toString("latin1", at, at + 2) === "PE" && head.readUInt16LE(at + 4) === 0x8664;
    },
  },
};

const sumsName = "SHA256SUMS";
const headBytes = 1_024;

/** Throws `PackUnreadable`, without words where it is no package at all. */
async function lookInside(
  files: AsyncIterable<PackedFile>,
): Promise<{ readonly platform: Platform; readonly version: string }> {
  const sums = new Map<string, string>();
  const texts = new Map<string, string>();
  let top = "";
  let nodeHead: Buffer = Buffer.alloc(0);
  let bytes = 0;
  for await (const { name, read } of files) {
    const cut = name.indexOf("/") + 1;
    if (top === "") top = topOf(name.slice(0, cut)).top;
    const path = name.slice(cut);
    if (name.slice(0, cut) !== top || !isInside(path) || sums.has(path) || sums.size >= mostFiles)
      throw new PackUnreadable("it holds a file where none belongs");
    const isText = path === sumsName || path === "app/package.json";
    const isNode = Object.values(kinds).some(({ node }) => node === path);
    const kept: Uint8Array[] = [];
    let length = 0;
    const hash = createHash("sha256");
    for await (const chunk of read()) {
      bytes += chunk.length;
      if (bytes > mostUnpackedBytes) throw new PackUnreadable("unpacked it is far larger than a package is");
      hash.update(chunk);
      if (isText ? length < mostTextBytes : isNode && length < headBytes) kept.push(chunk);
      length += chunk.length;
    }
    sums.set(path, hash.digest("hex"));
    if (isText) texts.set(path, Buffer.concat(kept).toString("utf8"));
    if (isNode) nodeHead = Buffer.concat([...kept, Buffer.alloc(headBytes)]).subarray(0, headBytes);
  }
  const { version, platform } = topOf(top);
  const { node, needs, isNode } = kinds[platform];
  const lack = [...needs, node, sumsName].find((path) => !sums.has(path));
  if (lack !== undefined) throw new PackUnreadable(`${lack} is not in it`);
  const wrong = wrongFile(sums, texts.get(sumsName) ?? "");
  if (wrong !== null) throw new PackUnreadable(`${wrong} is not what its list of checksums says`);
  const named = readManifest(texts.get("app/package.json") ?? "");
  if (named !== `deskmesh ${version}`)
    throw new PackUnreadable(`it is named deskmesh ${version} and holds ${named}`);
  if (!isNode(nodeHead)) throw new PackUnreadable(`it is named ${platform}, and its Node is for other PCs`);
  return { platform, version };
}

function topOf(folder: string): {
  readonly top: string;
  readonly version: string;
  readonly platform: Platform;
} {
  const [, version, named] = /^deskmesh-(\d[\d.]{0,20})-([a-z0-9-]{1,20})\/$/.exec(folder) ?? [];
  const platform = platforms.find((one) => one === named);
  if (!isVersion(version) || platform === undefined) throw new PackUnreadable();
  return { top: folder, version, platform };
}

/** It stays in its folder on every system. */
function isInside(path: string): boolean {
  return !/[\\:\0]/.test(path) && path.split("/").every((part) => !["", ".", ".."].includes(part));
}

/** The first file that the list doesn't name, names otherwise or names in vain; `null`: none. */
function wrongFile(sums: ReadonlyMap<string, string>, list: string): string | null {
  const named = new Map<string, string>();
  for (const [, sum = "", path = ""] of list.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)) named.set(path, sum);
  for (const [path, sum] of sums) if (path !== sumsName && named.get(path) !== sum) return path;
  return [...named.keys()].find((path) => !sums.has(path)) ?? null;
}

/** Name and version, as in `deskmesh 0.1.0`. */
function readManifest(text: string): string {
  try {
    const { name, version } = JSON.parse(text) as { name?: unknown; version?: unknown };
    if (typeof name === "string" && /^[\w@/.-]{1,50}$/.test(name) && isVersion(version))
      return `${name} ${version}`;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  return "a program without a name";
}
