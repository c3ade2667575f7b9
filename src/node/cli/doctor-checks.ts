/** Doctor's checks of this PC: disk, ports, clock, Node. Each gives one finding, with what to do about it. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readdir, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { type Interfaces, privateAddresses } from "../mesh/interfaces.ts";

export interface Finding {
  readonly check: string;
  readonly level: "ok" | "look" | "bad";
  readonly text: string;
  /** What the reader can do; left out where nothing is wrong. */
  readonly remedy?: string;
}

export function checkNodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19))
    return { check: "Node", level: "ok", text: `version ${version}` };
  return {
    check: "Node",
    level: "bad",
    text: `version ${version} is too old`,
    remedy: "install Node 20.19 or newer from https://nodejs.org/",
  };
}

/** Writes, fsyncs and removes one small file there; where the folder is yet to be made, in the nearest one above. */
export async function checkFolder(check: string, folder: string): Promise<Finding> {
  const present = nearestPresent(resolve(folder));
  const path = join(present, `.deskmesh-doctor-${randomUUID()}`);
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile("deskmesh doctor\n");
      await file.sync();
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
    const text =
      present === resolve(folder) ? "takes writes, and keeps them" : "is not there yet, and can be made";
    return { check, level: "ok", text: `${folder} ${text}` };
  } catch (error) {
    return {
      check,
      level: "bad",
      text: `${folder}: ${error instanceof Error ? error.message : String(error)}`,
      remedy: `make it writable for this user, free some space, or choose another: --${check.replace(" folder", "")}-dir FOLDER`,
    };
  }
}

/** Keys are their owner's alone. Windows knows no such modes: there the user's own folder keeps others out. */
export async function checkPrivate(check: string, folder: string): Promise<Finding> {
  if (process.platform === "win32" || !existsSync(folder))
    return { check, level: "ok", text: existsSync(folder) ? "not looked at on Windows" : "none here yet" };
  try {
    const open: string[] = [];
    for (const name of [".", ...(await readdir(folder))]) {
      const { mode } = await stat(join(folder, name));
      if ((mode & 0o077) !== 0) open.push(name === "." ? folder : join(folder, name));
    }
    if (open.length === 0) return { check, level: "ok", text: "for this user alone" };
    return {
      check,
      level: "bad",
      text: `other users of this PC may read ${open[0]}${open.length > 1 ? ` and ${open.length - 1} more` : ""}`,
      remedy: `chmod -R go= ${folder}; if that changes nothing, choose a disk that knows permissions`,
    };
  } catch (error) {
    return { check, level: "bad", text: error instanceof Error ? error.message : String(error) };
  }
}

/** Only asked while no node of ours runs: then whoever holds the port is somebody else. */
export async function checkPort(check: string, port: number, hosts: readonly string[]): Promise<Finding> {
  const flag = check === "mesh" ? "--mesh-port" : "--port";
  for (const host of hosts.length === 0 ? ["0.0.0.0"] : hosts) {
    const refused = await tryListen(port, host);
    if (refused === null) continue;
    return {
      check: `${check} port`,
      level: "bad",
      text:
        refused === "EADDRINUSE"
          ? `${port} is taken by another program`
          : `${port} can't be opened on ${host} (${refused})`,
      remedy: `end that program, or choose another port: deskmesh start ${flag} NUMBER`,
    };
  }
  return { check: `${check} port`, level: "ok", text: port === 0 ? "any free one" : `${port} is free` };
}

/** A missing default route is fine; no private address at all means that no desk can be reached. */
export function checkNetwork(interfaces: Interfaces): Finding {
  const found = privateAddresses(interfaces).filter((address) => address.family === 4);
  if (found.length > 0)
    return {
      check: "network",
      level: "ok",
      text: found.map(({ name, address }) => `${address} on ${name}`).join(", "),
    };
  return {
    check: "network",
    level: "look",
    text: "no private IPv4 address: this desk works alone",
    remedy: "plug in the cable to the desks' switch; an address comes by itself within a minute (169.254.…)",
  };
}

/** Deskmesh corrects a clock against other desks, but a year that can't be is worth a word on a good day. */
export function checkClock(nowMs: number): Finding {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const year = Number(day.slice(0, 4));
  if (year >= 2026 && year < 2038) return { check: "clock", level: "ok", text: `says ${day}` };
  return {
    check: "clock",
    level: "bad",
    text: `says ${day}, which can't be`,
    remedy: "set date and time; if it forgets them when switched off, the battery on the main board is empty",
  };
}

function nearestPresent(folder: string): string {
  let present = folder;
  while (!existsSync(present) && dirname(present) !== present) present = dirname(present);
  return present;
}

function tryListen(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
