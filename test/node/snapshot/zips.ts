/** Writes zip files, right ones and such as no packer would write. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Default: deflated. */
  readonly stored?: boolean;
  /** As Unix packs it along; `0o120777` is a symbolic link. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** What its headers say instead of the truth. */
  readonly says?: { readonly size?: number; readonly packed?: number; readonly crc?: number };
  /** Takes the bytes of the entry before it. */
  readonly shares?: boolean;
}

export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const listed: Buffer[] = [];
  let at = 0;
  let last = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const bytes = Buffer.from(entry.content);
    const packed = entry.stored ? bytes : deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (entry.flags ?? 0), 2);
    common.writeUInt16LE(entry.method ?? (entry.stored ? 0 : 8), 4);
    // 2026-03-02 07:30
    common.writeUInt16LE((7 << 11) | (30 << 5), 6);
    common.writeUInt16LE(((2026 - 1980) << 9) | (3 << 5) | 2, 8);
    common.writeUInt32LE(entry.says?.crc ?? crc32(bytes), 10);
    common.writeUInt32LE(entry.says?.packed ?? packed.length, 14);
    common.writeUInt32LE(entry.says?.size ?? bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const from = entry.shares ? last : at;
    const head = Buffer.alloc(46);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE((3 << 8) | 20, 4);
    common.copy(head, 6);
    head.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
    head.writeUInt32LE(from, 42);
    listed.push(head, name);
    if (entry.shares) continue;
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, packed]);
    parts.push(local);
    last = at;
    at += local.length;
  }
  const list = Buffer.concat(listed);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}
