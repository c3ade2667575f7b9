/** Doctor's checks of this PC: disk, ports, clock, Node. Each gives one finding, with what to do about it. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readdir, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import type { Config } from "../config.ts";
import { type Interfaces, privateAddresses } from "../mesh/interfaces.ts";
import { isOutside } from "../operating/canary.ts";
import { bytesToText, noneBytes, spaceLevel } from "../operating/disk-space.ts";
import { nearestPresent } from "../operating/pc.ts";
import { isSetAside } from "../store/set-aside.ts";

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

/** No disk takes less; a sync that does is left out by a file system, a setting or a program. */
const quickestDiskMicros = 8;

/** `micros`: of the quickest sync that was tried; `null`: none could be. */
export function checkSync(micros: number | null, { dataDir }: Config): Finding {
  const check = "sync";
  if (micros === null) return { check, level: "ok", text: "not tried: see the data folder" };
  const text = `${micros < 100 ? micros.toFixed(1) : Math.round(micros)} µs for the quickest of a few`;
  if (micros >= quickestDiskMicros) return { check, level: "ok", text };
  return {
    check,
    level: "look",
    text: `${text}: no disk is that quick, so a power cut may take what ${dataDir} was told to keep`,
    remedy:
      "put the data folder on a disk of this PC (not in memory), without nobarrier, eatmydata or a virtual disk set to unsafe writes",
  };
}

/** What was damaged and has been put aside stays beside it for whoever wants to look. */
export async function checkDamage({ dataDir }: Config): Promise<Finding> {
  const check = "damage";
  const folders = [join(dataDir, "log"), join(dataDir, "keys")];
  const aside: string[] = [];
  for (const folder of folders.filter((one) => existsSync(one)))
    aside.push(...(await readdir(folder)).filter(isSetAside).map((name) => join(folder, name)));
  if (aside.length === 0) return { check, level: "ok", text: "nothing of the log was found damaged" };
  return {
    check,
    level: "look",
    text: `this disk changed what was written on it: ${aside.join(", ")} ${aside.length === 1 ? "was" : "were"} set aside`,
    remedy:
      "link another desk: it gives back what lacks; have this PC's disk looked at, and remove what was set aside once the outage is exported",
  };
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
    // Not a folder at all: told by the check of its writing.
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return { check, level: "ok", text: "none here" };
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

/** `free`: bytes for this user; `null`: the system doesn't say. */
export function checkRoom(free: number | null): Finding {
  const check = "disk";
  const remedy = "make room: empty the bin, remove downloads and old backups";
  if (free === null) return { check, level: "ok", text: "the system does not say how much room there is" };
  const text = `${bytesToText(free)} free`;
  const level = spaceLevel(free);
  if (level === "plenty") return { check, level: "ok", text };
  return level === "low"
    ? { check, level: "look", text: `${text}: nearly full`, remedy }
    : { check, level: "bad", text: `${text}: nothing is recorded below ${bytesToText(noneBytes)}`, remedy };
}

/** `forgets`: why what is written there is gone after a restart; `null`: nothing says so. `wiped`: how often it was. */
export function checkForgets(
  forgets: string | null,
  wiped: number,
  { dataDir, identityDir }: Config,
): Finding {
  const check = "restart";
  if (forgets === null && wiped === 0)
    return { check, level: "ok", text: "nothing says that this disk is set back at a restart" };
  return {
    check,
    level: "look",
    text:
      wiped > 0
        ? `what is in ${dataDir} is gone after a restart: so it was found ${wiped === 1 ? "once" : `${wiped} times`}`
        : `what is in ${dataDir} will be gone after a restart: ${forgets}`,
    remedy: isOutside(dataDir, identityDir)
      ? "it comes back from the other desks; better, have the data folder left out of it"
      : "have the data folder left out of it, or keep the keys elsewhere: --identity-dir FOLDER; else this PC must join anew after each restart",
  };
}

function tryListen(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
