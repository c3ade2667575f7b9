/**
 * A folder that somebody else fills each night (`snapshot.watch`): read in by itself once it is whole and lies still. A
 * folder that is being written, or is wrong, leaves the snapshot in force as it is, and says so.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { StateView, WatchView } from "../http/api.ts";
import type { Clock } from "../ports.ts";
import { errorCode, sourceNames } from "./source-file.ts";

/** What the watch needs of the desk. */
export interface WatchedDesk {
  state(): Pick<StateView, "branch" | "outage" | "snapshot">;
  importSnapshot(
    folder: string,
    staff?: string,
  ): Promise<
    | {
        readonly kind: "done";
        readonly value: { readonly snapshot: { readonly patrons: number; readonly items: number } };
      }
    | { readonly kind: string; readonly text?: string; readonly refusal?: { readonly text: string } }
  >;
}

export interface Watch {
  /** Undefined: no folder is watched. */
  view(): WatchView | undefined;
  follow(desk: WatchedDesk): void;
  close(): Promise<void>;
}

/** Between two looks; a folder lies still when two of them see the same, and nothing newer than this. */
export const lookEveryMs = 60_000;
/** How it is written in the log. */
const who = "nightly";

export function createWatch(
  folder: string | undefined,
  options: { readonly clock: Clock; readonly log: (text: string) => void },
): Watch {
  const { clock, log } = options;
  let desk: WatchedDesk | undefined;
  let view: WatchView | undefined = folder === undefined ? undefined : { ok: true, text: "Not looked yet." };
  let seen: string | undefined;
  let handled: string | undefined;
  let closed = false;
  let cancel = (): void => undefined;
  let turn: Promise<void> = Promise.resolve();

  function say(ok: boolean, text: string): void {
    if (view?.text !== text) log(`The watched folder: ${text}`);
    view = { ok, text, at: new Date(clock.now()).toISOString() };
  }

  async function look(at: string, watched: WatchedDesk): Promise<void> {
    const found = await lookAtFolder(at);
    const before = seen;
    seen = found.mark;
    if (found.trouble !== undefined) return say(false, found.trouble);
    if (found.mark === handled) return;
    const isStill = before === found.mark && clock.now() - found.newest >= lookEveryMs;
    if (!isStill) return say(true, "Its files are being written: read once they lie still.");
    const { branch, outage, snapshot } = watched.state();
    if (branch === undefined) return say(true, "This desk belongs to no branch yet.");
    // What changes while the library system is away is no extract of it.
    if (outage.state !== "standby" && outage.state !== "closed")
      return say(true, "An outage is on: read when it is closed.");
    handled = found.mark;
    // After a restart: the files of which the snapshot in force was made.
    if (snapshot !== undefined && Date.parse(snapshot.takenAt) === found.newest)
      return say(true, "Read in: nothing has changed since.");
    const answer = await watched.importSnapshot(at, who);
    if ("value" in answer) {
      const { patrons, items } = answer.value.snapshot;
      return say(true, `Read in: ${patrons} patrons, ${items} items.`);
    }
    const why = answer.refusal?.text ?? answer.text ?? "it could not be read in";
    say(false, `Not read in, the patron data stay as they were: ${why}`);
  }

  function next(at: string, watched: WatchedDesk): void {
    if (closed) return;
    turn = look(at, watched)
      .catch((error: unknown) => say(false, `Could not be looked at: ${errorCode(error) ?? String(error)}`))
      .finally(() => {
        if (!closed) cancel = clock.after(lookEveryMs, () => next(at, watched));
      });
  }

  return {
    view: () => view,
    follow(watched) {
      desk ??= watched;
      if (folder !== undefined) next(folder, desk);
    },
    async close() {
      closed = true;
      cancel();
      await turn;
    },
  };
}

interface FolderLook {
  /** The same as long as no file of a snapshot changes. */
  readonly mark: string;
  /** When the newest was written, ms. */
  readonly newest: number;
  readonly trouble?: string;
}

async function lookAtFolder(folder: string): Promise<FolderLook> {
  const marks: string[] = [];
  let newest = 0;
  for (const name of sourceNames) {
    try {
      const { mtimeMs, size } = await stat(join(folder, name));
      marks.push(`${name} ${size} ${mtimeMs}`);
      newest = Math.max(newest, Math.floor(mtimeMs));
    } catch (error) {
      const code = errorCode(error);
      if (code === "ENOENT") continue;
      return { mark: "", newest: 0, trouble: `${name} can't be looked at: ${code ?? String(error)}` };
    }
  }
  const mark = marks.join("\n");
  const hasData = marks.some((each) => /^(patrons|items)\.csv |^blocks\.txt |^borrowers\.db /.test(each));
  return hasData
    ? { mark, newest }
    : { mark, newest, trouble: "There is neither patrons.csv nor items.csv in it, and no borrowers.db." };
}
