/** The other way round of what `level-logs.ts` reads. */
import { crc32c, mask } from "../../../src/node/store/crc32c.ts";

const blockLength = 32 * 1024;
const headerLength = 7;
const kinds = { full: 1, first: 2, middle: 3, last: 4 } as const;

/** A log of these writes, as LevelDB would have written it. */
export function writeLog(writes: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  const put = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  for (const write of writes) {
    let from = 0;
    // Not told by where it begins: the first piece is empty where a block has room for its header alone.
    let isFirst = true;
    do {
      let room = blockLength - (length % blockLength);
      if (room < headerLength) {
        put(Buffer.alloc(room));
        room = blockLength;
      }
      const bytes = write.subarray(from, from + room - headerLength);
      const isLast = from + bytes.length === write.length;
      from += bytes.length;
      const kind = isFirst ? (isLast ? kinds.full : kinds.first) : isLast ? kinds.last : kinds.middle;
      isFirst = false;
      const summed = Buffer.concat([Uint8Array.of(kind), bytes]);
      const header = Buffer.alloc(headerLength - 1);
      header.writeUInt32LE(mask(crc32c(summed)), 0);
      header.writeUInt16LE(bytes.length, 4);
      put(Buffer.concat([header, summed]));
    } while (from < write.length);
  }
  return Buffer.concat(parts);
}
