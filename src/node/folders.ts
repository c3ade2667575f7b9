/** Makes folders that a person named, also where none can be made. */
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes `path` and what is missing above it; quiet where it is there. Rejects with the system's reason. Node's own
 * `recursive` tries for ever where a system answers ENOENT for a folder whose parent is there, as below `/proc`.
 */
export async function makeFolders(path: string, mode = 0o777): Promise<void> {
  const whole = resolve(path);
  if (await makeOne(whole, mode)) return;
  const above = dirname(whole);
  await makeFolders(above, mode);
  if (!(await makeOne(whole, mode)))
    throw Object.assign(new Error(`ENOENT: no folder can be made here, mkdir '${whole}'`), {
      code: "ENOENT",
    });
}

/** False: what it stands in is missing. */
async function makeOne(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && dirname(path) !== path) return false;
    // A read-only disk answers for what is there as for what isn't.
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory() === true) return true;
    throw error;
  }
}
