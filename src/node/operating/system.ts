/** This PC's system, as `service` changes it: programs that are run, files of the system, who we are. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { makeFolders } from "../folders.ts";

export interface System {
  readonly platform: NodeJS.Platform;
  /** Of the node that runs now, and of the script that it was started with. */
  readonly node: string;
  readonly script: string;
  /** May change the system: root, or an administrator with raised rights. */
  isAdministrator(): Promise<boolean>;
  exists(path: string): boolean;
  /** Makes its folder, too. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  makeFolder(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Ends within `withinMs` (half a minute where left out); `code` is `null` where the program isn't there or was ended. */
  run(
    program: string,
    args: readonly string[],
    withinMs?: number,
  ): Promise<{ readonly code: number | null; readonly text: string }>;
}

export const realSystem: System = {
  platform: process.platform,
  // As it was called, where that says where: a package goes by a link, which an update sets to another folder.
  node: isAbsolute(process.argv0) ? process.argv0 : process.execPath,
  script: process.argv[1] ?? "",
  isAdministrator: async () =>
    process.platform === "win32"
      ? (await realSystem.run("net", ["session"])).code === 0
      : process.getuid?.() === 0,
  exists: existsSync,
  async write(path, content) {
    await makeFolders(dirname(path));
    await writeFile(path, content, { mode: 0o644 });
  },
  makeFolder: (path) => makeFolders(path, 0o700),
  remove: (path) => rm(path, { force: true }),
  run: (program, args, withinMs = 30_000) =>
    new Promise((answer) => {
      execFile(program, [...args], { timeout: withinMs, windowsHide: true }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        answer({ code, text: `${stdout}${stderr}`.trim() });
      });
    }),
};
