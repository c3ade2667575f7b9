// Bytes that cross the loopback and lie on the disk.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Bytes that the loopback has carried, both ways, TCP and IP headers included; null where the system doesn't say.
 * Counts everybody's: nothing else may talk over the loopback meanwhile (`unshare --net` gives one's own).
 */
export function loopbackBytes() {
  if (process.platform !== "linux") return null;
  const line = readFileSync("/proc/net/dev", "utf8")
    .split("\n")
    .find((one) => one.trim().startsWith("lo:"));
  return line === undefined ? null : Number(line.trim().split(/[\s:]+/)[1]);
}

/** Of all files below; 0 of a folder that isn't there: who keeps nothing makes none. */
export function folderBytes(folder) {
  if (!existsSync(folder)) return 0;
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true })) {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stat?.isFile()) bytes += stat.size;
  }
  return bytes;
}
