/** An SQLite database that somebody sent, read as text: whatever is in it, the answer is rows or a clear refusal. */
import { Worker } from "node:worker_threads";
import { sqliteWorker } from "../places.ts";
import { type SourceFile, SourceUnreadable } from "./source-file.ts";

export interface SqliteFile {
  /** Of those asked for and there: their columns, in small letters. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** What a query for one column of text gives, a line each. Throws {@link SourceUnreadable}. */
  select(sql: string): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/** Held in memory as a whole while it is read. */
export const largestSqliteBytes = 512 * 1024 ** 2;
/** A sound file gives its next rows in a moment; one that was made to keep SQLite busy never does. */
const patienceMs = 60_000;
const magic = "SQLite format 3\0";

export function looksLikeSqlite(start: Uint8Array): boolean {
  return Buffer.from(start).toString("latin1").startsWith(magic);
}

/** Throws {@link SourceUnreadable}: the file can't be read, or holds no database. */
export async function openSqlite(file: SourceFile, names: readonly string[]): Promise<SqliteFile> {
  if (file.size > largestSqliteBytes)
    throw new SourceUnreadable(`is larger than ${largestSqliteBytes / 1024 ** 2} MiB`);
  const thread = startThread();
  try {
    await thread.ask({ kind: "size", size: file.size });
    for await (const bytes of file.read()) await thread.ask({ kind: "bytes", bytes });
    const { tables = {} } = await thread.ask({ kind: "tables", names });
    return { tables, select: (sql) => selectRows(thread, sql), close: thread.close };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

async function* selectRows(thread: Thread, sql: string): AsyncGenerator<Uint8Array> {
  let rows = await thread.ask({ kind: "select", sql });
  for (;;) {
    yield Buffer.from(rows.text ?? "");
    if (rows.isEnd !== false) return;
    rows = await thread.ask({ kind: "more" });
  }
}

type Asked =
  | { readonly kind: "size"; readonly size: number }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "tables"; readonly names: readonly string[] }
  | { readonly kind: "select"; readonly sql: string }
  | { readonly kind: "more" };

/** As `sqlite-worker.mjs` sends it. */
interface Answered {
  readonly kind: "ok" | "tables" | "rows" | "unreadable";
  readonly tables?: Readonly<Record<string, readonly string[]>>;
  readonly text?: string;
  readonly isEnd?: boolean;
}

interface Thread {
  /** One at a time. Throws {@link SourceUnreadable} when there is no answer, or that one. */
  ask(asked: Asked): Promise<Answered>;
  close(): Promise<void>;
}

const damaged = "is no SQLite database, or is damaged";

function startThread(): Thread {
  const worker = new Worker(sqliteWorker);
  let failed = false;
  // Without a listener an error of the thread would end the node.
  worker.on("error", () => (failed = true));
  return {
    ask: (asked) =>
      new Promise((resolve, reject) => {
        const refuse = (text: string): void => settle(() => reject(new SourceUnreadable(text)));
        const timer = setTimeout(() => refuse("can't be read in a reasonable time"), patienceMs);
        const take = (answered: Answered): void =>
          answered.kind === "unreadable" ? refuse(damaged) : settle(() => resolve(answered));
        const end = (): void => refuse(damaged);
        function settle(then: () => void): void {
          clearTimeout(timer);
          worker.off("message", take).off("error", end).off("exit", end);
          then();
        }
        worker.once("message", take).once("error", end).once("exit", end);
        if (failed) end();
        else worker.postMessage(asked);
      }),
    async close() {
      await worker.terminate();
    },
  };
}
