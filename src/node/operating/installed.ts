/**
 * The program as `install.sh` puts it: each version in a folder of its own, `/opt/deskmesh` a link to the one in use and
 * `/opt/deskmesh.old` to the one before. A link changes by one rename, so that a PC which is switched off meanwhile has the
 * one or the other, whole.
 */
import { readFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "../store/level.ts";

/** `link`: `/opt/deskmesh`. `null`: none is kept. Both links name one folder after a power cut between them. */
export async function versionBefore(link: string): Promise<string | null> {
  try {
    const [now, before] = [await readlink(link), await readlink(`${link}.old`)];
    if (now === before) return null;
    const manifest = await readFile(join(before, "app", "package.json"), "utf8");
    return (JSON.parse(manifest) as { version: string }).version;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** The version in use and the one before change places. */
export async function swapVersions(link: string): Promise<void> {
  const [now, before] = [await readlink(link), await readlink(`${link}.old`)];
  await pointTo(link, before);
  await pointTo(`${link}.old`, now);
}

async function pointTo(link: string, target: string): Promise<void> {
  const next = `${link}.next`;
  await rm(next, { force: true });
  await symlink(target, next);
  await rename(next, link);
  await syncFolder(dirname(link));
}
