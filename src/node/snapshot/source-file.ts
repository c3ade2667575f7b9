/** The files of a snapshot, wherever they lie. */
import { snapshotFiles } from "./row.ts";

export interface SourceFile {
  /** ms; when it was last written, as far as is known. */
  readonly changedAt: number;
  /** Bytes, as its place says; 0 for one that is made while it is read. */
  readonly size: number;
  /** A table of a database, as reports name it: its rows are counted from 1. */
  readonly table?: string;
  /** It holds some of what there is: who isn't in it may be known all the same. */
  readonly isPartial?: boolean;
  /** Its bytes, once. Throws {@link SourceUnreadable} for what is wrong with the file or its place. */
  read(): AsyncIterable<Uint8Array>;
}

export interface Source {
  /** By name: those that a snapshot may have, and no other. */
  readonly files: ReadonlyMap<string, SourceFile>;
  close(): Promise<void>;
}

export interface SourceRefused {
  readonly kind: "refused";
  readonly text: string;
  /** The one at fault, where it is one. */
  readonly file?: string;
}

export type OpenedSource = { readonly kind: "source"; readonly source: Source } | SourceRefused;

/** Its message says what is wrong, and nothing of what stands in the file. */
export class SourceUnreadable extends Error {}

export const takenAtFile = "snapshot.json";
export const policyFile = "policy.json";
export const mappingFile = "import.json";
export const blocksFile = "blocks.txt";
export const kohaFile = "borrowers.db";

/** All that is looked for. */
export const sourceNames: readonly string[] = [
  ...snapshotFiles.map(({ name }) => name),
  takenAtFile,
  policyFile,
  blocksFile,
  mappingFile,
  kohaFile,
];

export function refuseSource(text: string, file?: string): SourceRefused {
  return { kind: "refused", text, ...(file === undefined ? {} : { file }) };
}

/** Of an error of the file system, e.g. `EACCES`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
