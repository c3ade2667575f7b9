/**
 * The two files of a backup. `backup.json` says whose it is and holds the wrapped key; `contents` is a row of frames
 * under that key, each bound to its place and the last one saying that it is the last: whatever is damaged, moved or cut
 * off is found.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isBranchId } from "../identity.ts";
import type { Random } from "../ports.ts";
import { type Cipher, createCipher } from "../store/cipher.ts";

export const headerName = "backup.json";
export const contentsName = "contents";

export type WrappedKey =
  | {
      readonly by: "passphrase";
      /** Of scrypt; the cost is a power of two. */
      readonly cost: number;
      readonly blockSize: number;
      readonly salt: string;
      readonly wrapped: string;
    }
  | { readonly by: "identity"; readonly wrapped: string };

export interface BackupHeader {
  readonly branch: string;
  readonly desk: string;
  /** ms */
  readonly madeAt: number;
  readonly key: WrappedKey;
}

/** What a frame holds; its bytes stand behind it. */
export type FrameHead =
  /** A Yjs update: one segment, from its beginning. */
  | { readonly kind: "log"; readonly document: string }
  | { readonly kind: "snapshot"; readonly sha256: string; readonly size: number }
  /** A piece of the snapshot before it. */
  | { readonly kind: "package" }
  /** A file of the identity folder. */
  | { readonly kind: "identity"; readonly name: string }
  | { readonly kind: "end" };

export interface Frame {
  readonly head: FrameHead;
  readonly bytes: Uint8Array;
}

/** What is wrong with a backup, in words for people. */
export class BackupUnreadable extends Error {}

export interface ArchiveWriter {
  readonly bytes: number;
  add(head: FrameHead, bytes?: Uint8Array): Promise<void>;
  /** Ends and syncs it. */
  end(): Promise<void>;
  /** Closes the file, whole or not. */
  close(): Promise<void>;
}

/** Creates the file; rejects when it is there. */
export async function createArchive(folder: string, key: Uint8Array, random: Random): Promise<ArchiveWriter> {
  const file = await open(join(folder, contentsName), "wx", 0o600);
  let written = 0;
  const frameOf = createFraming(key, random);
  async function add(head: FrameHead, bytes?: Uint8Array): Promise<void> {
    const frame = frameOf(head, bytes);
    // Not `write`, which may write a part of it.
    await file.appendFile(frame);
    written += frame.length;
  }
  return {
    get bytes() {
      return written;
    },
    add,
    async end() {
      await add({ kind: "end" });
      await file.sync();
    },
    close: () => file.close(),
  };
}

/** Makes the frames of one row, each bound to its place in it. */
export function createFraming(
  key: Uint8Array,
  random: Random,
): (head: FrameHead, bytes?: Uint8Array) => Buffer {
  const cipher = createCipher(key, random);
  let place = 0;
  return (head, bytes = new Uint8Array(0)) => {
    const plain = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
    const stored = cipher.encrypt(plain, placeOf(place++));
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(stored.length);
    return Buffer.concat([length, stored]);
  };
}

/** The file is closed in the end, also where `read` stops on its way. */
export async function withArchive<T>(
  folder: string,
  key: Uint8Array,
  read: (frames: AsyncIterable<Frame>) => Promise<T>,
): Promise<T> {
  const frames = readArchive(folder, key);
  try {
    return await read(frames);
  } finally {
    await frames.return(undefined);
  }
}

/** All frames but the last. Throws {@link BackupUnreadable} for the first that isn't what was written. */
export async function* readArchive(folder: string, key: Uint8Array): AsyncGenerator<Frame> {
  const file = await openBackupFile(folder, contentsName);
  try {
    yield* readFrames((size) => read(file, size), key);
  } finally {
    await file.close();
  }
}

/** As `readArchive`, out of whatever `readNext` gives: so many bytes, fewer at the end. */
export async function* readFrames(readNext: ReadNext, key: Uint8Array): AsyncGenerator<Frame> {
  const cipher = createCipher(key, noRandom);
  for (let place = 0; ; place++) {
    const frame = await readFrame(readNext, cipher, place);
    if (frame.head.kind !== "end") {
      yield frame;
      continue;
    }
    if ((await readNext(1)).length > 0) throw damaged();
    return;
  }
}

type ReadNext = (size: number) => Promise<Buffer> | Buffer;

export async function writeHeader(folder: string, header: BackupHeader): Promise<void> {
  const file = await open(join(folder, headerName), "wx", 0o600);
  try {
    const text = JSON.stringify({ format, ...header });
    await file.writeFile(`${JSON.stringify({ ...JSON.parse(text), check: checkOf(text) }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Throws {@link BackupUnreadable}. */
export async function readHeader(folder: string): Promise<BackupHeader> {
  const file = await openBackupFile(folder, headerName);
  await file.close();
  const { check, ...rest } = parseObject(await readFile(join(folder, headerName), "utf8"));
  if (typeof rest.format === "number" && rest.format > format)
    throw new BackupUnreadable("The backup was made by a later version of Deskmesh");
  // Without it, a damaged salt would look like a wrong passphrase.
  if (check !== checkOf(JSON.stringify(rest))) throw damaged(headerName);
  const { branch, desk, madeAt, key } = rest;
  if (!isBranchId(branch) || typeof desk !== "string" || typeof madeAt !== "number")
    throw damaged(headerName);
  return { branch, desk, madeAt, key: parseKey(key) };
}

/** What the key is bound to. */
export function keyPlace({ branch, desk, madeAt }: Omit<BackupHeader, "key">): string {
  return `backup ${branch} ${desk} ${madeAt}`;
}

const format = 1;
const lengthBytes = 4;
/** A segment has half a MiB, a piece of a snapshot less. */
const longestFrame = 4 * 1024 * 1024;
const placeOf = (place: number): string => `frame ${place}`;
/** Nothing is encrypted with it. */
const noRandom: Pick<Random, "bytes"> = {
  bytes() {
    throw new Error("a backup that is read needs no randomness");
  },
};

function damaged(name = contentsName): BackupUnreadable {
  return new BackupUnreadable(`The backup is damaged or cut short: ${name} is not what was written`);
}

function checkOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

async function openBackupFile(folder: string, name: string): Promise<FileHandle> {
  try {
    return await open(join(folder, name), "r");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const why = code === "ENOENT" || code === "ENOTDIR" ? "it is missing" : code;
    throw new BackupUnreadable(`There is no whole backup in ${folder}: ${name} can't be read (${why})`);
  }
}

async function readFrame(readNext: ReadNext, cipher: Cipher, place: number): Promise<Frame> {
  const length = await readNext(lengthBytes);
  if (length.length < lengthBytes) throw damaged();
  const size = length.readUInt32BE();
  if (size > longestFrame) throw damaged();
  const stored = await readNext(size);
  const plain = stored.length === size ? cipher.decrypt(stored, placeOf(place)) : null;
  if (plain === null) throw damaged();
  const end = plain.indexOf(0x0a);
  return { head: parseHead(plain.toString("utf8", 0, end)), bytes: plain.subarray(end + 1) };
}

/** Fewer at the end of the file. */
async function read(file: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(bytes, filled, size - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** The key's holder may have made them: names become files and folders, so they are looked at. */
function parseHead(text: string): FrameHead {
  const { kind, document, sha256, size, name } = parseObject(text, contentsName);
  if (kind === "end" || kind === "package") return { kind };
  if (kind === "log" && typeof document === "string" && /^(branch|outage-[1-9]\d{0,5})$/.test(document))
    return { kind, document };
  if (kind === "snapshot" && typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) && isSize(size))
    return { kind, sha256, size };
  if (kind === "identity" && typeof name === "string" && /^[a-z][a-z0-9-]*(\.[a-z]+)?$/.test(name))
    return { kind, name };
  throw damaged();
}

export function parseKey(value: unknown): WrappedKey {
  const { by, wrapped, cost, blockSize, salt } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof wrapped !== "string") throw damaged(headerName);
  if (by === "identity") return { by, wrapped };
  // More would hold up the PC for minutes.
  const isCost = isSize(cost) && cost >= 10 && cost <= 20;
  if (by !== "passphrase" || !isCost || blockSize !== 8 || typeof salt !== "string")
    throw damaged(headerName);
  return { by, cost, blockSize, salt, wrapped };
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function parseObject(text: string, name = headerName): Partial<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Partial<Record<string, unknown>>;
  } catch {
    // Not JSON: damaged, told below.
  }
  throw damaged(name);
}
