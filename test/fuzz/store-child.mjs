/**
 * Opens stores that the test has damaged, one after the other, in a process that may die of it. A JSON line in: the files
 * of a small data folder to be changed, a JSON line out: what could still be read, and what was said about it.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { createLogDocument } from "../../dist/crdt/log/document.js";
import { restoreDocument } from "../../dist/crdt/log/restore.js";
import { createFileVault, realRandom } from "../../dist/node/real-ports.js";
import { createKeyRing } from "../../dist/node/store/key-ring.js";
import { createDiskFolders } from "../../dist/node/store/log-folders.js";
import { createLogStores } from "../../dist/node/store/log-store.js";

const [base, scratch, branch, desk, publicKey] = process.argv.slice(2);
const everything = { kind: "counts" };

/** Read once: copying a folder file by file took as long as opening it does, and there are thousands of copies. */
const whole = new Map(
  readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path.slice(base.length + 1), readFileSync(path)]),
);

/** A fresh copy of the base folder, with these changes. */
function layOut(changes) {
  rmSync(scratch, { recursive: true, force: true });
  const files = new Map(whole);
  for (const { path, cutAt, bits = [] } of changes) {
    const bytes = Buffer.from(files.get(path).subarray(0, cutAt));
    for (const bit of bits) bytes[bit >> 3] ^= 1 << (bit & 7);
    files.set(path, bytes);
  }
  for (const folder of new Set([...files.keys()].map(dirname)))
    mkdirSync(join(scratch, folder), { recursive: true });
  for (const [path, bytes] of files) writeFileSync(join(scratch, path), bytes, { mode: 0o600 });
}

/** Entries as hashes of feed, place and content: whoever compares them need not read them. */
async function readLogs(said) {
  const vault = await createFileVault(join(scratch, "identity"));
  const keys = createKeyRing(vault, await createFileVault(join(scratch, "keys")), realRandom);
  const stores = createLogStores(await createDiskFolders(join(scratch, "log")), keys, (text) =>
    said.push(text),
  );
  const entries = [];
  for (const name of await stores.names()) {
    const store = await stores.open(name);
    const document = createLogDocument(branch, name, () => everything, {
      onEntries: () => undefined,
      onTwin: () => said.push("twin"),
    });
    const stored = [];
    for await (const segment of store.load()) stored.push(segment);
    for (const { segment, why } of restoreDocument(document, stored, { desk, publicKey }))
      said.push(`${segment}: ${why}`);
    for (const feed of document.feeds())
      for (const [i, text] of document.texts(feed.key, 0, feed.count).entries())
        entries.push(
          createHash("sha256").update(`${name} ${feed.key} ${i} ${text}`).digest("base64url", 0, 12),
        );
    await store.close();
  }
  return entries;
}

const lines = createInterface({ input: process.stdin });
lines.on("close", () => process.exit(0));
for await (const line of lines) {
  const changes = JSON.parse(line);
  layOut(changes);
  const said = [];
  const answer = { said, entries: [], failure: null };
  try {
    answer.entries = await readLogs(said);
  } catch (error) {
    answer.failure = `${error?.message}${error?.cause ? `: ${error.cause.message}` : ""}`;
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
