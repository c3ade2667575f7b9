/** Builds and drives `disk-shim.c`: a desk's disk that fails or lies about its syncs, and what a power cut leaves of it. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lanIsRequired } from "./bench.ts";

export type DiskMode = "honest" | "fail" | "once" | "lie";

export interface DiskShim {
  /** For the process whose disk it is. */
  readonly env: NodeJS.ProcessEnv;
  set(mode: DiskMode): void;
  /** Takes from the log files what no honest sync has followed; gives the bytes that went. Its process must have ended. */
  losePower(): number;
  /** Forgets what was noted: the files have changed since. */
  forget(): void;
  remove(): void;
}

const source = fileURLToPath(new URL("disk-shim.c", import.meta.url));

/** Why there can be none here, or null; throws where `DESKMESH_REQUIRE` lists `lan`. */
export function lackOfCompiler(): string | null {
  if (process.platform !== "linux") return "preloading needs Linux";
  if (spawnSync("cc", ["--version"], { stdio: "ignore" }).status === 0) return null;
  if (lanIsRequired())
    throw new Error("DESKMESH_REQUIRE wants the LAN tests, but there is no C compiler (cc)");
  return "there is no C compiler (cc)";
}

export function buildDiskShim(): DiskShim {
  const folder = mkdtempSync(join(tmpdir(), "deskmesh-shim-"));
  const [library, mode, notes] = ["disk-shim.so", "mode", "notes"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  compile(source, library);
  // Renamed: a sync that looked in the middle would find an empty file.
  const set = (wanted: DiskMode): void => {
    writeFileSync(`${mode}.new`, wanted[0] ?? "h");
    renameSync(`${mode}.new`, mode);
  };
  set("honest");
  return {
    env: { LD_PRELOAD: library, DISK_SHIM_MODE: mode, DISK_SHIM_NOTES: notes },
    set,
    losePower() {
      let gone = 0;
      for (const [path, size] of readNotes(notes)) {
        if (!/\.log$/.test(path) || !existsSync(path) || statSync(path).size <= size) continue;
        gone += statSync(path).size - size;
        truncateSync(path, size);
      }
      return gone;
    },
    forget: () => rmSync(notes, { force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A program's own answers in the place of the C library's: to be named in `LD_PRELOAD`. */
export function compile(from: string, library: string): void {
  const built = spawnSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, from, "-ldl"], {
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(`${from}: ${built.stderr}`);
}

/** Path → size at its last honest sync. */
function readNotes(notes: string): ReadonlyMap<string, number> {
  if (!existsSync(notes)) return new Map();
  const lines = readFileSync(notes, "utf8").split("\n").filter(Boolean);
  return new Map(lines.map((line) => [line.slice(line.indexOf(" ") + 1), Number.parseInt(line, 10)]));
}
