/** Settings that root types for the node of a service's user: the file stays that user's. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** "nobody": it needs no account. */
const other = { uid: 65_534, gid: 65_534 };

function isOpenToAll(folder: string): boolean {
  if ((statSync(folder).mode & 0o005) !== 0o005) return false;
  return dirname(folder) === folder || isOpenToAll(dirname(folder));
}
// Root alone can change owners, and the other user must be able to read the program.
const mayTry = process.getuid?.() === 0 && isOpenToAll(root);

it.skipIf(!mayTry)("leaves nothing of root's in it", () => {
  const folder = mkdtempSync(join(tmpdir(), "deskmesh-owner-"));
  try {
    chmodSync(folder, 0o711);
    const data = join(folder, "data");
    mkdirSync(data, { mode: 0o700 });
    chownSync(data, other.uid, other.gid);
    const run = (...argv: string[]) => {
      const args = [join(root, "bin/deskmesh.mjs"), ...argv, "--data-dir", data];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
      expect({ argv, status, stderr }).toMatchObject({ status: 0 });
    };
    run("config", "set", "port", "8480");
    run("config", "set", "mdns", "no");
    run("config", "unset", "port");
    const left = readdirSync(data, { recursive: true, encoding: "utf8" });
    expect(left).toEqual(["config.json"]);
    const wrong = left.filter((name) => statSync(join(data, name)).uid !== other.uid);
    expect(wrong).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
