/**
 * A branch's LAN made of network namespaces: one for the switch, one for each desk, no route out of any. Needs Linux
 * and root. All names carry this process's id, so that what a killed run left behind is found and removed.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";

export interface Network {
  /** Name of a desk's namespace; desks count from 1. */
  namespace(desk: number): string;
  /** Starts a program inside a desk's namespace; it is ended by `destroy` if nobody did before. */
  spawn(desk: number, command: string, args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcess;
  /** Pulls the desk's cable: it loses its carrier. */
  portDown(desk: number): void;
  portUp(desk: number): void;
  /** The switch drops what the desk sends and is sent; the desk's own link stays up. */
  portBlocked(desk: number): void;
  /** Replaces the desk's IPv4 address. */
  changeAddress(desk: number, cidr: string): void;
  /** These desks reach the others, but not each other. */
  isolate(desks: readonly number[]): void;
  /** Frames for this desk go astray, frames from it arrive; false: as before. Broadcasts reach it all the same. */
  deafen(desk: number, isDeaf: boolean): void;
  /** The switch drops all multicasts, mDNS with them. */
  blockMulticast(): void;
  /** Gives the switch an address of its own, which isolated ports reach too, and runs a program there. */
  spawnAtSwitch(cidr: string, command: string, args: readonly string[]): ChildProcess;
  /** Ends all programs in the namespaces, then removes these. Never throws. */
  destroy(): Promise<void>;
}

/** Why there can be no such network on this machine, or null if there can. */
export function lackOfNetworks(): string | null {
  if (process.platform !== "linux") return "network namespaces need Linux";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const name = `${PREFIX}${process.pid.toString(36)}-${randomBytes(2).toString("hex")}-t`;
  try {
    ip("netns", "add", name);
    ip("-n", name, "link", "add", "p1", "type", "veth", "peer", "name", "p2");
    ip("-n", name, "link", "add", "br0", "type", "bridge");
    bridgeTool("-n", name, "link", "show");
    return null;
  } catch (error) {
    return `network namespaces don't work here: ${firstLine(error)}`;
  } finally {
    tryIp("netns", "del", name);
  }
}

/** `addresses`: one CIDR for each desk. */
export function createNetwork(addresses: readonly string[]): Network {
  sweep();
  const stem = `${PREFIX}${process.pid.toString(36)}-${randomBytes(3).toString("hex")}`;
  const namespace = (desk: number): string => `${stem}-${desk}`;
  const hub = `${stem}-sw`;
  const names = [hub, ...addresses.map((_, i) => namespace(i + 1))];
  const children = new Set<ChildProcess>();
  const removeAll = (): void => names.forEach(removeNamespace);
  // The last resort if a test ends the process before `destroy`.
  process.once("exit", removeAll);

  try {
    for (const name of names) {
      ip("netns", "add", name);
      ip("-n", name, "link", "set", "lo", "up");
    }
    ip("-n", hub, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0", "stp_state", "0");
    ip("-n", hub, "link", "set", "br0", "up");
    addresses.forEach((cidr, i) => {
      const [desk, port] = [namespace(i + 1), `p${i + 1}`];
      ip("link", "add", "eth0", "netns", desk, "type", "veth", "peer", "name", port, "netns", hub);
      ip("-n", hub, "link", "set", port, "master", "br0", "up");
      addAddress(desk, cidr, "eth0");
      ip("-n", desk, "link", "set", "eth0", "up");
    });
  } catch (error) {
    removeAll();
    throw error;
  }

  function spawnIn(
    place: string,
    command: string,
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
  ): ChildProcess {
    // `ip netns exec` becomes the program itself: the child's pid is the program's.
    const child = spawn("ip", ["netns", "exec", place, command, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    children.add(child);
    child.once("exit", () => children.delete(child));
    return child;
  }

  return {
    namespace,
    spawn: (desk, command, args, env) => spawnIn(namespace(desk), command, args, env),
    portDown: (desk) => void ip("-n", hub, "link", "set", `p${desk}`, "down"),
    portUp(desk) {
      ip("-n", hub, "link", "set", `p${desk}`, "master", "br0", "up");
    },
    portBlocked: (desk) => void ip("-n", hub, "link", "set", `p${desk}`, "nomaster"),
    changeAddress(desk, cidr) {
      ip("-n", namespace(desk), "-4", "addr", "flush", "dev", "eth0");
      addAddress(namespace(desk), cidr, "eth0");
    },
    isolate(desks) {
      for (const desk of desks) bridgeTool("-n", hub, "link", "set", "dev", `p${desk}`, "isolated", "on");
    },
    deafen(desk, isDeaf) {
      const address = readFrameAddress(namespace(desk));
      // Sticky: else the switch would learn better from the desk's next frame.
      const wrong = `p${desk === 1 ? 2 : 1}`;
      bridgeTool(
        "-n",
        hub,
        "fdb",
        isDeaf ? "replace" : "del",
        address,
        "dev",
        wrong,
        "master",
        "static",
        "sticky",
      );
    },
    blockMulticast() {
      for (const [i] of addresses.entries())
        bridgeTool("-n", hub, "link", "set", "dev", `p${i + 1}`, "mcast_flood", "off");
    },
    spawnAtSwitch(cidr, command, args) {
      addAddress(hub, cidr, "br0");
      return spawnIn(hub, command, args);
    },
    async destroy() {
      await Promise.all([...children].map(endChild));
      removeAll();
      process.removeListener("exit", removeAll);
    },
  };
}

const PREFIX = "dm";

function endChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** Ends what still runs in there, by pid, and removes it. Namespaces are ours by name, so their programs are too. */
function removeNamespace(name: string): void {
  for (const pid of tryIp("netns", "pids", name).split(/\s+/).filter(Boolean)) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended by itself meanwhile.
    }
  }
  tryIp("netns", "del", name);
}

/** Removes the namespaces of test processes that no longer live. */
function sweep(): void {
  let names: readonly string[] = [];
  try {
    names = readdirSync("/run/netns");
  } catch {
    return; // No namespace was ever made here.
  }
  for (const name of names) {
    const pid = new RegExp(`^${PREFIX}([0-9a-z]+)-[0-9a-f]+-(sw|t|\\d+)$`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number.parseInt(pid, 36))) removeNamespace(name);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function addAddress(place: string, cidr: string, device: string): void {
  // IPv6 knows no broadcast, and its search for doubles would keep the address back for a second.
  const how = cidr.includes(":") ? ["nodad"] : ["brd", "+"];
  ip("-n", place, "addr", "add", cidr, ...how, "dev", device);
}

function readFrameAddress(place: string): string {
  const found = /link\/ether (\S+)/.exec(ip("-n", place, "link", "show", "eth0"))?.[1];
  if (found === undefined) throw new Error("eth0 has no address");
  return found;
}

function ip(...args: readonly string[]): string {
  return execFileSync("ip", args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
}

function bridgeTool(...args: readonly string[]): void {
  execFileSync("bridge", args, { stdio: ["ignore", "pipe", "pipe"] });
}

/** For cleaning up: what isn't there needs no removing. */
function tryIp(...args: readonly string[]): string {
  try {
    return execFileSync("ip", args, { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" });
  } catch {
    return "";
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
