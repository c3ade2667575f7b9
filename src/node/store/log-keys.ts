/** Which key a log document's store is encrypted under, and how both are destroyed so that neither outlives a crash. */
import type { Cipher } from "./cipher.ts";
import type { KeyRing } from "./key-ring.ts";
import type { LogFolders } from "./log-store.ts";

export interface LogKeys {
  /** Throws when the document is there and has no key: it isn't ours to read, nor to write over. */
  open(document: string): Promise<Cipher>;
  destroy(document: string): Promise<void>;
  /** Ends what an earlier start began to destroy. */
  finishDestroying(): Promise<void>;
}

export function createLogKeys(
  folders: LogFolders,
  keys: KeyRing,
  onTrouble: (text: string) => void,
): LogKeys {
  let finished: Promise<void> | null = null;

  async function finish(document: string): Promise<void> {
    const name = keyName(document);
    const kept = (await keys.names()).filter((one) => one.startsWith(`${name}.`));
    await keys.destroy([name, ...kept]);
    await folders.removeDoomed(document);
  }

  return {
    async open(document) {
      const name = keyName(document);
      const found = await keys.find(name);
      if (found.kind === "key") return found.cipher;
      const isThere = (await folders.names()).includes(document);
      if (found.kind === "none" && isThere) {
        throw new Error(
          `The stored log ${document} has no key in the folder "keys": an early version wrote it without encryption, or its key was taken away. Put the key back, or move ${folders.locate(document)} away.`,
        );
      }
      if (found.kind === "unreadable") {
        // The key last: a folder without one is refused, at each start anew.
        if (isThere) await folders.setAside(document);
        await keys.setAside(name);
        onTrouble(
          `The key of the stored log ${document} can't be opened by this desk's identity. Both are kept; it starts empty and is refilled by other desks.`,
        );
      }
      return keys.make(name);
    },
    async destroy(document) {
      // The mark comes first: a folder whose key is gone must not be taken for somebody else's at the next start.
      await folders.doom(document);
      // Should this fail, whoever opens a document next goes on with it first.
      finished = null;
      await finish(document);
    },
    finishDestroying() {
      finished ??= (async () => {
        for (const document of await folders.doomed()) await finish(document);
      })().catch((error: unknown) => {
        finished = null;
        throw error;
      });
      return finished;
    },
  };
}

function keyName(document: string): string {
  return `log-${document}`;
}
