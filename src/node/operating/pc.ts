/**
 * This PC as `doctor` and the node's start look at it: one question, one answer, `null` where the system doesn't say.
 * All of it may be asked without rights, and none of it changes anything.
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { networkInterfaces, uptime } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Interfaces } from "../mesh/interfaces.ts";
import { type HeardMulticast, probeMulticast } from "./multicast.ts";

export interface Pc {
  readonly nodeVersion: string;
  readonly platform: NodeJS.Platform;
  now(): number;
  interfaces(): Interfaces;
  /** Bytes that this user may still write on the disk of that folder, or of the nearest one above that is there. */
  freeBytes(folder: string): Promise<number | null>;
  /** Why what is written there is gone after a restart, in words; `null`: nothing says so. */
  forgets(folder: string): Promise<string | null>;
  hasDefaultRoute(): Promise<boolean | null>;
  /** What the firewall's own command says; `null`: none is there, or this user may not ask. */
  firewall(): Promise<FirewallText | null>;
  multicast(address: string): Promise<HeardMulticast>;
  /** Microseconds of the quickest of a few fsyncs there, each after a write; `null`: none could be tried. */
  quickestSync(folder: string): number | null;
  /** Another text after each restart of the PC. */
  bootId(): Promise<string>;
}

export interface FirewallText {
  readonly program: "ufw" | "firewalld" | "netsh";
  readonly text: string;
}

export const realPc: Pc = {
  nodeVersion: process.versions.node,
  platform: process.platform,
  now: () => Date.now(),
  interfaces: () => networkInterfaces(),
  async freeBytes(folder) {
    try {
      const { bavail, bsize } = await statfs(nearestPresent(resolve(folder)));
      return bavail * bsize;
    } catch {
      // A file system that doesn't say: there is room until a write fails.
      return null;
    }
  },
  forgets: (folder) => (process.platform === "win32" ? findFreezer() : findVolatile(resolve(folder))),
  async hasDefaultRoute() {
    const table = await readOrNull("/proc/net/route");
    return table === null ? null : table.split("\n").some((line) => line.split("\t")[1] === "00000000");
  },
  firewall: readFirewall,
  multicast: probeMulticast,
  quickestSync,
  async bootId() {
    const known = await readOrNull("/proc/sys/kernel/random/boot_id");
    // Rounded: the two clocks that it is made of drift a little.
    return known?.trim() ?? `about-${Math.round((Date.now() / 1000 - uptime()) / 120)}`;
  },
};

const syncTries = 8;

/** In this thread, since a hand-over to another takes longer than what is to be told apart. */
function quickestSync(folder: string): number | null {
  const path = join(nearestPresent(resolve(folder)), `.deskmesh-sync-${randomUUID()}`);
  try {
    const file = openSync(path, "wx", 0o600);
    try {
      const times = Array.from({ length: syncTries }, () => {
        writeSync(file, "deskmesh doctor\n");
        const startedAt = process.hrtime.bigint();
        fsyncSync(file);
        return Number(process.hrtime.bigint() - startedAt) / 1_000;
      });
      return Math.min(...times);
    } finally {
      closeSync(file);
      rmSync(path, { force: true });
    }
  } catch {
    // Why nothing can be written there is told by the check of the folder.
    return null;
  }
}

export function nearestPresent(folder: string): string {
  let present = folder;
  while (!existsSync(present) && dirname(present) !== present) present = dirname(present);
  return present;
}

/** `mounts`: as in /proc/mounts. The kind of file system on which a folder lies. */
export function fileSystemOf(folder: string, mounts: string): string | null {
  let best = { length: -1, kind: null as string | null };
  for (const line of mounts.split("\n")) {
    const [, escaped = "", kind] = line.split(" ");
    const point = escaped.replaceAll("\\040", " ");
    const within = folder === point || folder.startsWith(point.endsWith("/") ? point : `${point}/`);
    if (kind !== undefined && within && point.length >= best.length) best = { length: point.length, kind };
  }
  return best.kind;
}

const volatileKinds: Readonly<Record<string, string>> = {
  tmpfs: "it lies in memory (tmpfs)",
  ramfs: "it lies in memory (ramfs)",
  overlay: "it lies on an overlay, as on a live system or in a container",
  aufs: "it lies on an overlay (aufs), as on a live system",
};

async function findVolatile(folder: string): Promise<string | null> {
  const mounts = await readOrNull("/proc/mounts");
  const kind = mounts === null ? null : fileSystemOf(folder, mounts);
  return kind === null ? null : (volatileKinds[kind] ?? null);
}

/** Programs that set a Windows PC back, by what they leave on its disk. */
async function findFreezer(): Promise<string | null> {
  const drive = process.env.SystemDrive ?? "C:";
  const programs = [process.env.ProgramFiles, process.env["ProgramFiles(x86)"]].filter(
    (folder) => folder !== undefined,
  );
  const marks: readonly (readonly [string, string])[] = [
    [`${drive}\\Persi0.sys`, "Deep Freeze"],
    ...programs.flatMap((folder): [string, string][] => [
      [join(folder, "Faronics", "Deep Freeze"), "Deep Freeze"],
      [join(folder, "Shield"), "Reboot Restore Rx"],
      [join(folder, "Horizon DataSys"), "Reboot Restore Rx"],
    ]),
  ];
  const found = marks.find(([path]) => existsSync(path));
  return found === undefined ? null : `${found[1]} is installed`;
}

async function readFirewall(): Promise<FirewallText | null> {
  if (process.platform === "win32") {
    const text = await run("netsh", ["advfirewall", "firewall", "show", "rule", "name=all", "dir=in"]);
    return text === null ? null : { program: "netsh", text };
  }
  const ufw = await run("ufw", ["status"]);
  if (ufw !== null) return { program: "ufw", text: ufw };
  const firewalld = await run("firewall-cmd", ["--list-all"]);
  return firewalld === null ? null : { program: "firewalld", text: firewalld };
}

/** Standard output of a program that ends well within five seconds; `null` otherwise. */
function run(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((answer) => {
    execFile(program, [...args], { timeout: 5_000, windowsHide: true }, (error, stdout) =>
      answer(error === null ? stdout : null),
    );
  });
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch {
    // Another system, or one that hides it.
    return null;
  }
}
