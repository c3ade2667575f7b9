/** Writes a package block by block, as its lines are made. */
import { createHash } from "node:crypto";
import { blockBytes, listBlocks } from "./blocks.ts";
import { blockKey } from "./keys.ts";
import type { WriteBuffer } from "./slices.ts";

export interface BlockWriter {
  /**
   * `line`: with its end. `key`: as `recordKey`, in order, the header's empty. What it gives must be waited for, where it
   * gives anything.
   */
  append(line: Uint8Array, key: string): Promise<void> | undefined;
  /** The name and size of what was written. The caller flushes the buffer. */
  end(): Promise<{ readonly sha256: string; readonly size: number }>;
}

export function createBlockWriter(buffer: WriteBuffer): BlockWriter {
  const hash = createHash("sha256");
  const list = listBlocks(buffer);
  let lines: Uint8Array[] = [];
  let length = 0;
  let first = "";
  let blocks = 0;
  let size = 0;

  function cut(): Promise<void> | undefined {
    const block = Buffer.concat(lines, length);
    hash.update(block);
    list.add(first, length);
    size += length;
    lines = [];
    length = 0;
    return buffer.put(blockKey(blocks++), block);
  }

  return {
    append(line, key) {
      if (length === 0) first = key;
      lines.push(line);
      length += line.length;
      return length >= blockBytes ? cut() : undefined;
    },
    async end() {
      if (length > 0) await cut();
      await list.end();
      return { sha256: hash.digest("hex"), size };
    },
  };
}
