/**
 * The files of a tar, one after the other as they come, as `npm run package` packs them: files and folders alone, long names
 * in GNU's way. Anything else is refused, so that nothing is unpacked as root that was not looked at.
 */

export interface PackedFile {
  /** As packed, with the folder that all stand in. */
  readonly name: string;
  /** Once, before the next file is asked for. */
  read(): AsyncIterable<Uint8Array>;
}

/** Text: what is wrong with a packed file, for people, with no full stop. */
export class PackUnreadable extends Error {}

const block = 512;
const longestName = 4_096;

/** `chunks`: of the tar, unpacked; all of them are read. Throws `PackUnreadable`, and what `chunks` throws. */
export async function* tarFiles(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<PackedFile> {
  const bytes = createCursor(chunks);
  let longName: string | null = null;
  for (;;) {
    const header = await bytes.exactly(block);
    if (header.every((byte) => byte === 0)) break;
    const { name, size, type } = readHeader(header);
    let left = size;
    async function* read(): AsyncGenerator<Uint8Array> {
      while (left > 0) {
        const part = await bytes.some(left);
        left -= part.length;
        yield part;
      }
    }
    const padding = (block - (size % block)) % block;
    if (type === "L") {
      if (size > longestName) throw new PackUnreadable("a name in it is too long");
      longName = textOf(await bytes.exactly(size));
    } else {
      if (type === "0") yield { name: longName ?? name, read };
      else if (type !== "5") throw new PackUnreadable("it holds a link or another thing that is no file");
      longName = null;
      for await (const _ of read());
    }
    await bytes.exactly(padding);
  }
  // The sum of what it is packed in stands behind all of it.
  await bytes.rest();
}

function readHeader(header: Buffer): { name: string; size: number; type: string } {
  const summed = header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
  const size = octal(header, 124, 12);
  if (octal(header, 148, 8) !== summed || !Number.isSafeInteger(size))
    throw new PackUnreadable("it is damaged: what stands before a file in it can't be read");
  const prefix = header.toString("latin1", 257, 263) === "ustar\0" ? field(header, 345, 155) : "";
  const type = header.toString("latin1", 156, 157);
  return {
    name: `${prefix === "" ? "" : `${prefix}/`}${field(header, 0, 100)}`,
    size,
    type: type === "\0" ? "0" : type,
  };
}

function field(header: Buffer, from: number, length: number): string {
  return textOf(header.subarray(from, from + length));
}

function textOf(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/\0.*$/s, "");
}

/** `NaN` where it is none. */
function octal(header: Buffer, from: number, length: number): number {
  const text = field(header, from, length).trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

function createCursor(chunks: AsyncIterable<Uint8Array>) {
  const source = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  /** From 1 up to `most` bytes. */
  async function some(most: number): Promise<Buffer> {
    while (held.length === 0) {
      const next = await source.next();
      if (next.done) throw new PackUnreadable("it is not whole");
      held = Buffer.from(next.value);
    }
    const part = held.subarray(0, most);
    held = held.subarray(part.length);
    return part;
  }

  return {
    some,
    async exactly(length: number): Promise<Buffer> {
      const parts: Buffer[] = [];
      for (let left = length; left > 0; ) {
        const part = await some(left);
        parts.push(part);
        left -= part.length;
      }
      return Buffer.concat(parts);
    },
    async rest(): Promise<void> {
      while (!(await source.next()).done);
    },
  };
}
