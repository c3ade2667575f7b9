/**
 * The file that carries a desk's log on a stick: a header that says whose it is and what that desk held, rows of frames
 * under a key that a passphrase wraps (`backup/archive.ts`), and the desk's signature over all of it. Read whole and
 * proven before anything of it is taken.
 */
import { deskOfKey, isPublicKey, type Signer, sha256, verifySignature } from "../../crdt/log/digest.ts";
import { type Frontier, frontierToJson, parseFrontier } from "../../crdt/log/frontier.ts";
import {
  type BackupHeader,
  BackupUnreadable,
  createFraming,
  parseKey,
  readFrames,
} from "../backup/archive.ts";
import { unwrapKey, WrongPassphrase, wrapKey } from "../backup/archive-key.ts";
import { isBranchId } from "../identity.ts";
import type { Random } from "../ports.ts";
import { keyLength } from "../store/cipher.ts";

export interface CarryHead {
  readonly branch: string;
  readonly desk: string;
  readonly name: string;
  readonly version: string;
  /** ms, by that desk's clock. */
  readonly madeAt: number;
  /** What that desk held durably then. */
  readonly frontiers: ReadonlyMap<string, Frontier>;
}

/** A Yjs update of a document: one segment, from its beginning. */
export interface CarriedUpdate {
  readonly document: string;
  readonly update: Uint8Array;
}

export interface CarryContents {
  readonly head: CarryHead;
  readonly updates: readonly CarriedUpdate[];
}

/** What is wrong with such a file, in words for people. */
export class CarryUnreadable extends Error {
  readonly code: "damaged" | "passphrase" | "newer";

  constructor(code: CarryUnreadable["code"], text: string) {
    super(text);
    this.code = code;
  }
}

const magic = Buffer.from("deskmesh-carry\n");
const format = 1;
const signatureBytes = 64;
const longestHead = 4 * 1024 * 1024;

export async function writeCarry(
  { head, updates }: { readonly head: CarryHead; readonly updates: Iterable<CarriedUpdate> },
  by: { readonly passphrase: string; readonly signer: Signer; readonly random: Random },
): Promise<Buffer> {
  const { signer, random, passphrase } = by;
  const key = random.bytes(keyLength);
  const { branch, desk, madeAt } = head;
  const keys = { seal: () => Promise.reject(new Error("a carried file opens by its passphrase alone")) };
  const wrapped = await wrapKey(key, { branch, desk, madeAt }, { passphrase, keys, random });
  const frontiers = Object.fromEntries(
    [...head.frontiers].map(([document, frontier]) => [document, frontierToJson(frontier)]),
  );
  const text = Buffer.from(
    JSON.stringify({ format, ...head, frontiers, publicKey: signer.publicKey, key: wrapped }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const frameOf = createFraming(key, random);
  const pieces: Buffer[] = [magic, length, text];
  for (const { document, update } of updates) pieces.push(frameOf({ kind: "log", document }, update));
  pieces.push(frameOf({ kind: "end" }));
  const signature = signer.sign(sha256(...pieces));
  return Buffer.concat([...pieces, signature]);
}

/** Throws {@link CarryUnreadable}; nothing of the file is to be used then. */
export async function readCarry(file: Buffer, passphrase: string): Promise<CarryContents> {
  if (!file.subarray(0, magic.length).equals(magic))
    throw new CarryUnreadable(
      "damaged",
      "This is no file that a desk wrote to be carried (deskmesh carry out).",
    );
  const size = file.length >= magic.length + 4 ? file.readUInt32BE(magic.length) : longestHead;
  const start = magic.length + 4;
  const end = file.length - signatureBytes;
  if (size >= longestHead || start + size > end) throw damaged();
  const { head, publicKey, key } = parseHead(file.subarray(start, start + size).toString("utf8"));
  const isSigned = verifySignature({ publicKey }, sha256(file.subarray(0, end)), file.subarray(end));
  if (!isSigned || deskOfKey(publicKey) !== head.desk) throw damaged();
  const { branch, desk, madeAt } = head;
  const opened = await openKey({ branch, desk, madeAt, key }, passphrase);
  let at = start + size;
  const readNext = (wanted: number): Buffer => {
    const piece = file.subarray(at, Math.min(at + wanted, end));
    at += piece.length;
    return piece;
  };
  const updates: CarriedUpdate[] = [];
  try {
    for await (const { head: frame, bytes } of readFrames(readNext, opened)) {
      if (frame.kind !== "log") throw damaged();
      updates.push({ document: frame.document, update: bytes });
    }
  } catch (error) {
    throw error instanceof BackupUnreadable ? damaged() : error;
  }
  return { head, updates };
}

async function openKey(header: BackupHeader, passphrase: string): Promise<Uint8Array> {
  const keys = { unseal: async () => null };
  const random: Random = {
    bytes: () => {
      throw new Error("a file that is read needs no randomness");
    },
    uint32: () => 0,
  };
  try {
    return await unwrapKey(header, { passphrase, keys, random });
  } catch (error) {
    if (error instanceof WrongPassphrase)
      throw new CarryUnreadable("passphrase", "That is not the passphrase that the file was written with.");
    throw error instanceof BackupUnreadable ? damaged() : error;
  }
}

function damaged(): CarryUnreadable {
  return new CarryUnreadable(
    "damaged",
    "The file is damaged, cut short or was changed: it is not what the desk wrote. Write it again there (deskmesh carry out).",
  );
}

function parseHead(text: string): {
  readonly head: CarryHead;
  readonly publicKey: string;
  readonly key: BackupHeader["key"];
} {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw damaged();
  }
  const {
    format: made,
    branch,
    desk,
    name,
    version,
    madeAt,
    frontiers,
    publicKey,
    key,
  } = (read ?? {}) as Partial<Record<string, unknown>>;
  if (typeof made === "number" && made > format)
    throw new CarryUnreadable(
      "newer",
      "The file was written by a later version of Deskmesh: update this desk first.",
    );
  const isText = (value: unknown): value is string => typeof value === "string" && value.length <= 200;
  if (made !== format || !isBranchId(branch) || !isText(desk) || !isText(name) || !isText(version))
    throw damaged();
  if (!Number.isSafeInteger(madeAt) || !isPublicKey(publicKey)) throw damaged();
  const held = new Map<string, Frontier>();
  for (const [document, value] of Object.entries((frontiers ?? {}) as Record<string, unknown>)) {
    const frontier = parseFrontier(value);
    if (!frontier || !/^(branch|outage-[1-9]\d{0,5})$/.test(document)) throw damaged();
    held.set(document, frontier);
  }
  try {
    return {
      head: { branch, desk, name, version, madeAt: madeAt as number, frontiers: held },
      publicKey,
      key: parseKey(key),
    };
  } catch (error) {
    throw error instanceof BackupUnreadable ? damaged() : error;
  }
}
