/**
 * Databases whose values are encrypted, each under its own key, on top of any others. A value is bound to the record
 * key that it stands under; record keys stay as they are, so what they tell must be hashed first (`digest`).
 */
import type { Cipher } from "./cipher.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Level, Levels, LevelWrite } from "./level.ts";

export interface EncryptedLevel extends Level {
  /** A keyed hash, of this database alone: 22 letters, digits, `-` and `_`. */
  digest(text: string): string;
}

/** As `Levels`. `remove` destroys the key too, and `open` rejects with a `KeyGone` what has none. */
export interface EncryptedLevels extends Levels {
  open(name: string): Promise<EncryptedLevel>;
}

/** The database is there and nothing can ever be read of it: its key was destroyed, or it was never encrypted. */
export class KeyGone extends Error {}

export function createEncryptedLevels(levels: Levels, keys: KeyRing): EncryptedLevels {
  /** Names of those that are open, or about to be. */
  const inUse = new Set<string>();
  let tidied: Promise<void> | null = null;

  async function cipherOf(name: string): Promise<Cipher> {
    const isThere = (await levels.names()).includes(name);
    const found = await keys.find(keyName(name));
    if (found.kind === "key" && isThere) return found.cipher;
    if (found.kind === "none" && isThere) throw new KeyGone(`${name} has no key`);
    if (isThere) throw new Error(`the key of ${name} can't be opened by this desk's identity`);
    // Made for a database that a crash left out: nobody else can hold what it would open.
    if (found.kind !== "none") await keys.destroy([keyName(name)]);
    return keys.make(keyName(name));
  }

  /** A crash between the two steps of a `rename` or a `remove` may leave a key without its database. */
  async function tidy(): Promise<void> {
    const present = new Set([...(await levels.names()), ...inUse].map(keyName));
    const own = (await keys.names()).filter((name) => name.startsWith(keyName("")));
    const left = own.filter((name) => !present.has(name));
    if (left.length > 0) await keys.destroy(left);
  }

  return {
    async names() {
      tidied ??= tidy();
      await tidied;
      return levels.names();
    },
    async open(name) {
      if (inUse.has(name)) throw new Error(`The database ${name} is open already`);
      inUse.add(name);
      try {
        const cipher = await cipherOf(name);
        const level = encryptLevel(await levels.open(name), cipher);
        return {
          ...level,
          async close() {
            await level.close();
            inUse.delete(name);
          },
        };
      } catch (error) {
        inUse.delete(name);
        throw error;
      }
    },
    async rename(from, to) {
      // Under both names until the database has moved: whenever it ends, the database has its key.
      await keys.copy(keyName(from), keyName(to));
      await levels.rename(from, to);
      await keys.destroy([keyName(from)]);
    },
    async remove(name) {
      const isThere = (await levels.names()).includes(name);
      if (!isThere && (await keys.find(keyName(name))).kind === "none") return;
      if (inUse.has(name)) throw new Error(`The database ${name} is open`);
      await keys.destroy([keyName(name)]);
      await levels.remove(name);
    },
  };
}

function keyName(name: string): string {
  return `snapshot-${name}`;
}

/** How many values, and bytes of them, are encrypted before the event loop has its turn: about 3 ms. */
const sliceLength = 256;
const sliceBytes = 128 * 1024;

function encryptLevel(level: Level, cipher: Cipher): EncryptedLevel {
  function read(key: string, stored: Uint8Array | undefined): Uint8Array | undefined {
    if (stored === undefined) return undefined;
    const value = cipher.decrypt(stored, key);
    if (value === null) throw new Error("a stored value of the snapshot is damaged");
    return value;
  }
  return {
    digest: rememberDigests(cipher),
    get: async (key) => read(key, await level.get(key)),
    async getMany(keys) {
      const stored = await level.getMany(keys);
      return stored.map((value, i) => read(keys[i]!, value));
    },
    async batch(writes, options) {
      const encrypted: LevelWrite[] = [];
      let bytes = 0;
      for (const [i, write] of writes.entries()) {
        if (i % sliceLength === sliceLength - 1 || bytes >= sliceBytes) {
          bytes = 0;
          await new Promise((resolve) => setImmediate(resolve));
        }
        if (write.type === "del") {
          encrypted.push(write);
          continue;
        }
        bytes += write.value.length;
        encrypted.push({ ...write, value: cipher.encrypt(write.value, write.key) });
      }
      await level.batch(encrypted, options);
    },
    async *slices(range) {
      for await (const slice of level.slices(range))
        yield slice.map(([key, stored]) => [key, read(key, stored)!] as const);
    },
    keys: (range) => level.keys(range),
    close: () => level.close(),
  };
}

/** One scan asks for the same few texts two dozen times, and a hash costs as much as what it is asked for. */
function rememberDigests(cipher: Cipher): (text: string) => string {
  let recent = new Map<string, string>();
  let older = recent;
  return (text) => {
    const known = recent.get(text);
    if (known !== undefined) return known;
    const digest = older.get(text) ?? cipher.digest(text);
    // Half of it goes at a time: an import asks for a million, and to look for the oldest costs more than a hash.
    if (recent.size >= digestsKept / 2) [older, recent] = [recent, new Map()];
    recent.set(text, digest);
    return digest;
  };
}

/** Those of the last patrons and items, about 100 bytes each. */
const digestsKept = 4_096;
