/** The text of `config.json` as a command meets it: also where it, or the data folder, can't be read. */
import type { ConfigProblem } from "../config.ts";
import { readConfigFile } from "../config-file.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";

interface ReadFile {
  readonly text: string | null;
  readonly problem?: ConfigProblem;
  /** Of a command that can't go on without. */
  readonly exit?: ExitCode;
}

/** A file that this user may not read, or a folder that is none, is no reason for a doctor to stop. */
export async function readFileOf(dataDir: string): Promise<ReadFile> {
  try {
    return { text: await readConfigFile(dataDir) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") {
      const text = `expected a folder, and ${dataDir} is a file, or lies in one`;
      return { text: null, problem: { where: "--data-dir", text }, exit: exitCode.usage };
    }
    if (code !== "EACCES") throw error;
    const text = `the desk of ${dataDir} is another user's of this PC: run this as that user, or with sudo`;
    return { text: null, problem: { where: "config.json", text } };
  }
}
