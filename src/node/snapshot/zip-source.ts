/**
 * A snapshot as a zip file. The only file that imports yauzl. Nothing is unpacked to the disk: each file is read as a
 * stream, and the zip's own list of what it holds is judged as a whole before any byte is inflated. No name out of it
 * is ever used as a path.
 */
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type Entry, fromRandomAccessReader, open, RandomAccessReader, type ZipFile } from "yauzl";
import { type PackedFile, PackUnreadable } from "../operating/tar-files.ts";
import {
  errorCode,
  type OpenedSource,
  refuseSource,
  type Source,
  type SourceFile,
  type SourceRefused,
  SourceUnreadable,
  sourceNames,
} from "./source-file.ts";

/** Bytes that can be read anywhere. */
export interface RangeReader {
  readonly size: number;
  /** From `start` up to `end`, which is exclusive. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A snapshot has ten files; somebody's notes beside them do no harm. */
const mostEntries = 100;
const mostBytes = 2 * 1024 ** 3;
/** CSV files of an ILS deflate to a tenth, a list of equal rows to a hundredth. */
const mostTimes = 200;
/** Below this the ratio says nothing. */
const ratioFrom = 1024 ** 2;

/** Errors of the file system reject. */
export async function openZipFile(path: string): Promise<OpenedSource> {
  return openZip((callback) => open(path, zipOptions, callback));
}

/** `reader` is closed with the source, and at once when it is refused. */
export async function openZipRange(reader: RangeReader): Promise<OpenedSource> {
  const bytes = new RangeBytes(reader);
  const opened = await openZip((callback) =>
    fromRandomAccessReader(bytes, reader.size, zipOptions, callback),
  );
  if (opened.kind === "refused") {
    await reader.close();
    return opened;
  }
  const { source } = opened;
  return {
    kind: "source",
    source: {
      ...source,
      async close() {
        await source.close();
        await reader.close();
      },
    },
  };
}

const zipOptions = { autoClose: false, lazyEntries: true, validateEntrySizes: true } as const;

/** yauzl's seam for bytes that lie elsewhere than in a file. */
class RangeBytes extends RandomAccessReader {
  readonly #reader: RangeReader;

  constructor(reader: RangeReader) {
    super();
    this.#reader = reader;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#reader.read(start, end), { objectMode: false });
  }
}

/** All files of a zip, one after the other, whatever it holds; throws `PackUnreadable`, and the system's errors. */
export async function* zippedFiles(path: string): AsyncGenerator<PackedFile> {
  const zip = await openListed((callback) => open(path, zipOptions, callback));
  if (zip === null) throw new PackUnreadable("it is cut off");
  try {
    for await (const entry of zip.eachEntry()) {
      if (isSpecial(entry) || entry.isEncrypted())
        throw new PackUnreadable("it holds a link or another thing that is no file");
      const read = async function* (): AsyncGenerator<Uint8Array> {
        try {
          yield* readEntry(zip, entry);
        } catch (error) {
          throw error instanceof SourceUnreadable ? new PackUnreadable("it is damaged") : error;
        }
      };
      if (!entry.fileName.endsWith("/")) yield { name: entry.fileName, read };
    }
  } catch (error) {
    if (error instanceof PackUnreadable || errorCode(error) !== undefined) throw error;
    throw new PackUnreadable("it is damaged");
  } finally {
    zip.close();
  }
}

type Opening = (callback: (error: Error | null, zip: ZipFile) => void) => void;

async function openZip(opening: Opening): Promise<OpenedSource> {
  const zip = await openListed(opening);
  if (zip === null) return refuseSource("It is no zip file, or it is cut short");
  const listed = await listFiles(zip);
  if (listed.kind === "source") return listed;
  zip.close();
  return listed;
}

/** `null`: no zip, or not the end of one. */
async function openListed(opening: Opening): Promise<ZipFile | null> {
  try {
    return await new Promise<ZipFile>((resolve, reject) =>
      opening((error, opened) => (error ? reject(error) : resolve(opened))),
    );
  } catch (error) {
    if (errorCode(error) !== undefined) throw error;
    return null;
  }
}

async function listFiles(zip: ZipFile): Promise<OpenedSource> {
  if (zip.entryCount > mostEntries)
    return refuseSource(`The zip file holds ${zip.entryCount} files; a snapshot has at most ${mostEntries}`);
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    return refuseSource(whyUnlisted(error));
  }
  const wrong = judgeEntries(entries, zip.fileSize);
  if (wrong !== null) return refuseSource(wrong);
  return takeFiles(zip, entries);
}

/** yauzl says it in words alone. */
function whyUnlisted(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  if (/path|characters/.test(message)) return leavesFolder;
  return /encrypt/.test(message) ? encrypted : "The zip file is damaged: its list of files can't be read";
}

const leavesFolder = "The zip file is refused: a name in it leads out of its folder";
const encrypted = "The zip file has a password; pack the files again without one";

/** Text: why none of it is read. */
function judgeEntries(entries: readonly Entry[], fileSize: number): string | null {
  const names = new Set<string>();
  let packed = 0;
  let bytes = 0;
  for (const entry of entries) {
    const name = entry.fileName.normalize("NFC").toLowerCase();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (name === "" || /[\u0000-\u001f\u007f]/.test(name)) return leavesFolder;
    // Windows and macOS take capitals for small letters.
    if (names.has(name)) return "The zip file is refused: it holds two files of one name";
    names.add(name);
    if (isSpecial(entry)) return "The zip file is refused: it holds a link or another thing that is no file";
    if (entry.isEncrypted()) return encrypted;
    if (/\.(zip|7z|rar|tar|gz|tgz|bz2|xz|zst)$/.test(name))
      return "The zip file holds another packed file; pack the CSV files themselves";
    packed += entry.compressedSize;
    bytes += entry.uncompressedSize;
    if (entry.uncompressedSize > ratioFrom && entry.uncompressedSize > mostTimes * entry.compressedSize)
      return "The zip file is refused: a file in it would become far larger than a snapshot's does";
  }
  if (bytes > mostBytes)
    return `The zip file is refused: unpacked it has more than ${mostBytes / 1024 ** 3} GiB`;
  // Files that share their bytes make a small zip file huge.
  return packed > fileSize ? "The zip file is refused: files in it overlap" : null;
}

const fileTypes = 0o170000;
const regular = 0o100000;
const folder = 0o040000;

/** By the mode that Unix packs along; other systems leave it out. */
function isSpecial(entry: Entry): boolean {
  const type = (entry.externalFileAttributes >>> 16) & fileTypes;
  return type !== 0 && type !== regular && type !== folder;
}

/** The files may lie in one folder within the zip file, as they do when a folder was packed. */
function takeFiles(zip: ZipFile, entries: readonly Entry[]): OpenedSource | SourceRefused {
  const files = new Map<string, SourceFile>();
  const folders = new Set<string>();
  for (const entry of entries) {
    const cut = entry.fileName.lastIndexOf("/") + 1;
    const name = entry.fileName.slice(cut);
    if (!sourceNames.includes(name)) continue;
    folders.add(entry.fileName.slice(0, cut));
    files.set(name, {
      changedAt: entry.getLastModDate().getTime(),
      size: entry.uncompressedSize,
      read: () => readEntry(zip, entry),
    });
  }
  if (folders.size > 1)
    return refuseSource("The zip file holds snapshots in several folders; pack one of them");
  const source: Source = { files, close: async () => zip.close() };
  return { kind: "source", source };
}

async function* readEntry(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  let sum = 0;
  try {
    for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    throw new SourceUnreadable(whyUnread(error));
  }
  if (sum !== entry.crc32) throw new SourceUnreadable("is damaged in the zip file");
}

/** The size that the list states is held to while a file is inflated. */
function whyUnread(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  if (/too many bytes/.test(message)) return "becomes larger than the zip file says";
  return /compression method/.test(message)
    ? "is packed in a way that isn't read here; use a plain zip"
    : "is damaged in the zip file";
}
