/** The files of a snapshot, wherever they lie. */
import { snapshotFiles } from "./row.ts";

export interface SourceFile {
  /** ms; when it was last written, as far as is known. */
  readonly changedAt: number;
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

/** All that is looked for. */
export const sourceNames: readonly string[] = [
  ...snapshotFiles.map(({ name }) => name),
  takenAtFile,
  policyFile,
];

export function refuseSource(text: string, file?: string): SourceRefused {
  return { kind: "refused", text, ...(file === undefined ? {} : { file }) };
}

/** Of an error of the file system, e.g. `EACCES`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
