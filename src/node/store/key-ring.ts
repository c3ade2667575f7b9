/**
 * The keys of this desk's databases: one each, made here and never sent, in small files outside the databases. They
 * are wrapped by the desk's wrapping key, which lies in its identity folder. A key file is also what says that a
 * database is encrypted, and how.
 *
 * A destroyed key is overwritten, and then the wrapping key is renewed: an older copy of the key's file, such as a
 * journaling disk may still hold, opens nothing any more.
 */
import type { Random, Vault } from "../ports.ts";
import { proveText, readProvenText } from "../proven-text.ts";
import { type Cipher, createCipher, keyLength } from "./cipher.ts";

/** `unreadable`: there is one, and this desk's identity doesn't open it; another identity's, or damaged. */
type Missing = { readonly kind: "none" } | { readonly kind: "unreadable" };
type OpenedKey = { readonly kind: "key"; readonly key: Uint8Array } | Missing;
export type FoundKey = { readonly kind: "key"; readonly cipher: Cipher } | Missing;

/** Names are those of databases: letters, digits, `-` and `.`. Whatever is written is on disk when it resolves. */
export interface KeyRing {
  names(): Promise<readonly string[]>;
  find(name: string): Promise<FoundKey>;
  /** Throws when there is one: the database of a key that is written over is lost. */
  make(name: string): Promise<Cipher>;
  /** Gives the key of `from` to `to` as well. */
  copy(from: string, to: string): Promise<void>;
  /** Keeps one that can't be read, under another name that begins with its own. */
  setAside(name: string): Promise<void>;
  /** Wraps a key that is kept elsewhere: it can be opened here until something is destroyed here. */
  seal(key: Uint8Array, name: string): Promise<string>;
  /** `null`: no key that this identity's wrapping key wrapped, under that name. */
  unseal(wrapped: string, name: string): Promise<Uint8Array | null>;
  /** Quiet about those that there are none of; the wrapping key is renewed in any case. */
  destroy(names: readonly string[]): Promise<void>;
}

const wrappingName = /^wrapping-key-([1-9][0-9]{0,8})$/;
const keyName = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;
const format = { format: 1, cipher: "aes-256-gcm" } as const;

interface Wrapping {
  readonly number: number;
  readonly cipher: Cipher;
}

/** `identity` holds the wrapping key; `files` holds nothing but the wrapped ones. */
export function createKeyRing(identity: Vault, files: Vault, random: Random): KeyRing {
  /** Newest first; the first is in use, the others are there while they are being replaced. */
  let wrappings: readonly Wrapping[] | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  /** One at a time: a key that is made while the wrapping key is renewed would be left out. */
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = queue.then(async () => {
      try {
        wrappings ??= await loadWrappings();
        return await run();
      } catch (error) {
        // What is on disk now is known when it is read again.
        wrappings = null;
        throw error;
      }
    });
    queue = turn.catch(() => undefined);
    return turn;
  }

  async function loadWrappings(): Promise<readonly Wrapping[]> {
    const numbers = (await identity.names()).flatMap((name) => {
      const number = wrappingName.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
    const loaded: Wrapping[] = [];
    for (const number of numbers.sort((a, b) => b - a)) loaded.push(await readWrapping(number));
    if (loaded.length === 0) return [await makeWrapping(1)];
    return loaded.length === 1 ? loaded : finishRenewal(loaded);
  }

  async function readWrapping(number: number): Promise<Wrapping> {
    const text = readProvenText((await identity.read(`wrapping-key-${number}`)) ?? "");
    const key = Buffer.from(text ?? "", "base64url");
    if (key.length !== keyLength)
      throw new Error(
        `wrapping-key-${number} in the identity folder is damaged: expected 32 bytes and their sum`,
      );
    return { number, cipher: createCipher(key, random) };
  }

  async function makeWrapping(number: number): Promise<Wrapping> {
    const key = random.bytes(keyLength);
    await identity.write(`wrapping-key-${number}`, proveText(Buffer.from(key).toString("base64url")));
    return { number, cipher: createCipher(key, random) };
  }

  /** Only when every key that can be read is durable under the newest do the older ones go. */
  async function finishRenewal([newest, ...older]: readonly Wrapping[]): Promise<readonly Wrapping[]> {
    if (!newest) throw new Error("there is no wrapping key");
    for (const name of await files.names()) {
      const found = await open(name, [newest]);
      if (found.kind === "key") continue;
      const known = await open(name, older);
      if (known.kind === "key") await store(name, known.key, newest);
    }
    for (const { number } of older) await identity.destroy(`wrapping-key-${number}`);
    return [newest];
  }

  async function open(name: string, by: readonly Wrapping[]): Promise<OpenedKey> {
    if (!keyName.test(name)) throw new Error("not a name of a key");
    const text = await files.read(name);
    if (text === null) return { kind: "none" };
    const wrapped = parseWrapped(text);
    for (const { cipher } of wrapped ? by : []) {
      const key = cipher.decrypt(wrapped!, name);
      if (key) return { kind: "key", key };
    }
    return { kind: "unreadable" };
  }

  async function store(name: string, key: Uint8Array, by: Wrapping): Promise<void> {
    const wrapped = by.cipher.encrypt(key, name).toString("base64url");
    await files.write(name, `${JSON.stringify({ ...format, wrapped })}\n`);
  }

  const newest = (): Wrapping => wrappings![0]!;

  return {
    names: () => files.names(),
    find: (name) =>
      inTurn(async () => {
        const found = await open(name, wrappings!);
        return found.kind === "key" ? { kind: "key", cipher: createCipher(found.key, random) } : found;
      }),
    make: (name) =>
      inTurn(async () => {
        if ((await open(name, wrappings!)).kind !== "none") throw new Error("there is such a key already");
        const key = random.bytes(keyLength);
        await store(name, key, newest());
        return createCipher(key, random);
      }),
    copy: (from, to) =>
      inTurn(async () => {
        const found = await open(from, wrappings!);
        if (found.kind !== "key") throw new Error(`the key of ${from} can't be read`);
        await store(to, found.key, newest());
      }),
    setAside: (name) =>
      inTurn(async () => {
        const text = await files.read(name);
        if (text === null) return;
        const taken = await files.names();
        let n = 1;
        while (taken.includes(`${name}.damaged-${n}`)) n++;
        await files.write(`${name}.damaged-${n}`, text);
        await files.destroy(name);
      }),
    seal: (key, name) =>
      inTurn(async () => newest().cipher.encrypt(key, `sealed ${name}`).toString("base64url")),
    unseal: (wrapped, name) =>
      inTurn(async () => newest().cipher.decrypt(Buffer.from(wrapped, "base64url"), `sealed ${name}`)),
    destroy: (names) =>
      inTurn(async () => {
        for (const name of names) await files.destroy(name);
        // Also when they were gone already: a destruction that was cut short is done again as a whole.
        const next = await makeWrapping(newest().number + 1);
        wrappings = await finishRenewal([next, ...wrappings!]);
      }),
  };
}

function parseWrapped(text: string): Uint8Array | null {
  try {
    const value: unknown = JSON.parse(text);
    const { format: version, wrapped } = (value ?? {}) as Partial<Record<string, unknown>>;
    return version === format.format && typeof wrapped === "string"
      ? Buffer.from(wrapped, "base64url")
      : null;
  } catch {
    // Half-written or overwritten: as good as a key of somebody else.
    return null;
  }
}
