/**
 * A PC on which nothing is installed: a folder with a shell, the usual small programs and their libraries, copied from
 * this machine. No Node, no npm, no package; what runs there sees nothing else (mount namespace and chroot).
 */
import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const programs = [
  ...[
    "sh",
    "cat",
    "chmod",
    "chown",
    "cp",
    "cut",
    "dirname",
    "echo",
    "env",
    "grep",
    "gzip",
    "head",
    "id",
    "ln",
    "ls",
  ],
  ...[
    "mkdir",
    "mktemp",
    "mv",
    "readlink",
    "rm",
    "sed",
    "setpriv",
    "sha256sum",
    "sleep",
    "sync",
    "tail",
    "tar",
    "useradd",
    "wc",
  ],
] as const;

export interface CleanRoot {
  readonly folder: string;
  /** The command that runs `script` by that root's own shell, in the network namespace. */
  command(namespace: string, script: string): readonly string[];
  /** Runs it to its end; gives what it wrote, errors among it, and rejects where it ends with another code than 0. */
  run(namespace: string, script: string): Promise<string>;
}

/** Why there can be none on this machine; `null`: there can. */
export function lackOfRoots(): string | null {
  const lacking = programs.filter((name) => findProgram(name) === null);
  return lacking.length === 0 ? null : `no ${lacking.join(", ")} here`;
}

export function createRoot(folder: string): CleanRoot {
  for (const name of ["bin", "dev", "etc", "proc", "root", "run", "tmp", "usr/sbin", "var/lib"])
    mkdirSync(join(folder, name), { recursive: true });
  for (const name of programs) {
    const path = findProgram(name);
    if (path === null) throw new Error(`no ${name} on this machine`);
    copyFileSync(path, join(folder, "bin", name));
    copyLibraries(path, folder);
  }
  // Node itself needs a few more than the small programs do.
  copyLibraries(process.execPath, folder);
  writeFileSync(join(folder, "etc", "passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(folder, "etc", "group"), "root:x:0:\n");
  writeFileSync(join(folder, "etc", "nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files\n");
  writeFileSync(join(folder, "etc", "hosts"), "127.0.0.1 localhost\n");
  writeFileSync(join(folder, "etc", "login.defs"), "SYS_UID_MIN 101\nSYS_UID_MAX 999\nSYS_GID_MIN 101\n");

  function command(namespace: string, script: string): readonly string[] {
    // The mounts go with the last process in there.
    const enter =
      'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" /bin/sh -c "$1"';
    return [
      ...["ip", "netns", "exec", namespace, "unshare", "--mount", "--propagation", "private"],
      ...["env", "-i", "PATH=/usr/local/bin:/bin:/usr/sbin:/usr/bin:/sbin", "HOME=/root", "sh", "-c", enter],
      ...[folder, `cd /root; ${script}`],
    ];
  }

  return {
    folder,
    command,
    async run(namespace, script) {
      const [program = "", ...args] = command(namespace, script);
      try {
        const { stdout, stderr } = await promisify(execFile)(program, args, { timeout: 120_000 });
        return stdout + stderr;
      } catch (error) {
        const { stdout, stderr, code } = error as { stdout?: string; stderr?: string; code?: number };
        throw new Error(`${script}\nended with ${code}:\n${stdout}${stderr}`);
      }
    },
  };
}

function findProgram(name: string): string | null {
  const found = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"].map((place) => join(place, name)).find(existsSync);
  return found === undefined ? null : realpathSync(found);
}

/** To the same places, since that is where the loader looks. */
function copyLibraries(program: string, folder: string): void {
  const said = execFileSync("ldd", [program], { encoding: "utf8" });
  for (const [path] of said.matchAll(/\/\S+(?= \(0x)/g)) {
    const target = join(folder, path);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(realpathSync(path), target);
  }
}
