/** What the running node knows of its own PC, for readiness and watching: disk, service, what was tried out. */
import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Canary } from "./canary.ts";
import type { DeskTestRecord } from "./desk-tests.ts";
import type { SpaceWatch } from "./disk-space.ts";

export interface Host {
  readonly canary: Canary;
  readonly space: SpaceWatch;
  readonly tests: DeskTestRecord;
  /** Started by the system, and so again after a restart of the PC. */
  readonly isService: boolean;
  /** Writes, fsyncs and removes a small file in the data folder; the reason where that fails. */
  probeDisk(): Promise<string | null>;
}

/** One probe at a time, and at most one a second: whoever asks often gets the last answer. */
export function createDiskProbe(dataDir: string, monotonic: () => number): () => Promise<string | null> {
  let last: { readonly at: number; readonly answer: Promise<string | null> } | null = null;
  return () => {
    const now = monotonic();
    if (last === null || now - last.at > 1_000) last = { at: now, answer: probe(dataDir) };
    return last.answer;
  };
}

async function probe(dataDir: string): Promise<string | null> {
  const path = join(dataDir, `.probe-${randomUUID()}`);
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile("deskmesh\n");
      await file.sync();
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  }
}
