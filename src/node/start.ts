/** Starts a node: data folder locked, ports held, desk opened, pages served. */
import { randomBytes } from "node:crypto";
import { access, constants, stat } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { loadLinkIdentity } from "./certificate.ts";
import type { RunningNode } from "./cli/command.ts";
import { CommandFailure, exitCode } from "./cli/exit-code.ts";
import { removeRunFile, writeRunFile } from "./cli/run-file.ts";
import type { Config } from "./config.ts";
import { storePorts } from "./config-file.ts";
import { createDesk } from "./desk/create-desk.ts";
import { makeFolders } from "./folders.ts";
import { keepHeapFlat, keepHeapSmall } from "./heap.ts";
import { createApp } from "./http/app.ts";
import { type Listening, serveApp } from "./http/server.ts";
import { loadSigner } from "./identity.ts";
import { createDiscovery } from "./mesh/discovery.ts";
import { type Door, openDoor } from "./mesh/door.ts";
import { privateAddresses, watchInterfaces } from "./mesh/interfaces.ts";
import { createWire } from "./mesh/wire.ts";
import { lookAtHost } from "./operating/look-at-host.ts";
import { type Log, openMessages } from "./operating/messages.ts";
import { platformOf } from "./operating/package-file.ts";
import { createPackageFolder } from "./operating/package-folder.ts";
import { tellEvents } from "./operating/tell-events.ts";
import { sampleFolder, webRoot } from "./places.ts";
import type { Vault, Wire } from "./ports.ts";
import { createPractice } from "./practice.ts";
import { createFileVault, realClock, realRandom } from "./real-ports.ts";
import { putInPlace } from "./renewal.ts";
import { realTcp } from "./sip2/tcp.ts";
import { createWatch } from "./snapshot/watch.ts";
import { createEncryptedLevels } from "./store/encrypted-levels.ts";
import { createKeyRing } from "./store/key-ring.ts";
import { createLevels, type Level, openLevel } from "./store/level.ts";
import { createDiskFolders } from "./store/log-folders.ts";
import { createLogStores } from "./store/log-store.ts";
import { claimStore } from "./store/store-version.ts";
import { version } from "./version.ts";

/** Rejects with `CommandFailure` for what the reader can mend. */
export async function startNode(config: Config): Promise<RunningNode> {
  const ending: (() => Promise<void>)[] = [];
  try {
    return await startSteps(config, ending);
  } catch (error) {
    await endAll(ending);
    throw error;
  }
}

async function startSteps(config: Config, ending: (() => Promise<void>)[]): Promise<RunningNode> {
  keepHeapSmall();
  const log = await takeDataDir(config, ending);
  const vault = await openVault(config.identityDir);
  await putInPlace(vault);
  const wire = createWire(await loadLinkIdentity(vault));
  const door = await openMeshDoor(config, wire);
  ending.push(() => door.close());
  const host = await lookAtHost(config, vault, log);
  ending.push(async () => host.space.stop());
  const keys = createKeyRing(vault, await createFileVault(join(config.dataDir, "keys")), realRandom);
  const watch = createWatch(config["snapshot.watch"], { clock: realClock, log });
  const desk = await createDesk({
    ports: {
      clock: realClock,
      random: realRandom,
      vault,
      stores: createLogStores(await createDiskFolders(join(config.dataDir, "log")), keys, log),
      snapshots: createEncryptedLevels(createLevels(join(config.dataDir, "snapshots")), keys),
      keys,
      wire,
      discovery: config.mdns
        ? createDiscovery({ clock: realClock, onError: (error) => log(`mDNS: ${error.message}`, "warn") })
        : null,
      door,
      hosts: () => (config.meshHost.length > 0 ? config.meshHost : ownHosts()),
      watchAddresses: (onChange) =>
        watchInterfaces(realClock, (_change, addresses) => onChange(addresses.map(({ address }) => address))),
      tcp: realTcp,
      space: host.space,
      wiped: host.canary.wipedNow,
      erases: host.canary.wiped > 0 || host.canary.forgets !== null,
      watched: watch.view,
      packages: {
        folder: createPackageFolder(join(config.dataDir, "updates")),
        platform: platformOf(process.platform, process.arch),
      },
    },
    signer: await loadSigner(vault, realRandom),
    version,
    host: { name: hostname(), timezone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    peers: config.peers,
    log,
  });
  ending.push(() => desk.close());
  watch.follow(desk);
  ending.push(() => watch.close());
  tellEvents(desk, log);
  const token = randomBytes(24).toString("base64url");
  const parts = { host, webRoot, version, clock: realClock, random: realRandom, log };
  const app = createApp({ ...parts, desk, token });
  const practice = createPractice(desk, parts, sampleFolder);
  ending.push(() => practice.close());
  const fetch = (request: Request) => practice.answer(request) ?? app.fetch(request);
  const listening = await servePages(config, (port) => serveApp({ fetch }, port));
  ending.push(() => listening.close());
  const ports = { port: listening.port, meshPort: door.port };
  await writeRunFile(config.dataDir, { ...ports, pid: process.pid, token });
  ending.push(() => removeRunFile(config.dataDir));
  keepHeapFlat();
  log(`Deskmesh ${version} on Node ${process.versions.node} is ready.`);
  let closing: Promise<void> | null = null;
  return {
    url: `http://127.0.0.1:${listening.port}`,
    meshPort: door.port,
    close() {
      closing ??= endAll(ending);
      return closing;
    },
  };
}

/** The data folder is ours until the end, of a form that this program reads, and what is said goes into it, too. */
async function takeDataDir({ dataDir, quiet }: Config, ending: (() => Promise<void>)[]): Promise<Log> {
  const lock = await lockDataDir(dataDir);
  ending.push(() => lock.close());
  await claimStore(dataDir, version);
  const terminal = (line: string) => void process.stderr.write(`${line}\n`);
  const messages = await openMessages({ dataDir, quiet, terminal });
  ending.push(() => {
    messages.log("Stopped.");
    return messages.close();
  });
  return messages.log;
}

async function openVault(identityDir: string): Promise<Vault> {
  try {
    return await createFileVault(identityDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const text = `The identity folder ${identityDir} can't be written to (${code}): expected a folder of this user.`;
    throw new CommandFailure(exitCode.fault, text);
  }
}

/** For invites: on a PC without a network, another node of the same PC may still want to join. */
function ownHosts(): readonly string[] {
  const addresses = privateAddresses(networkInterfaces()).map(({ address }) => address.replace(/%.*$/, ""));
  return addresses.length > 0 ? addresses : ["127.0.0.1"];
}

/** In the reverse order of the start; each gets its chance, the first failure is told. */
async function endAll(ending: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ending.splice(0).reverse()) {
    await end().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/** LevelDB's own lock file: gone with the process, however it ends. */
async function lockDataDir(dataDir: string): Promise<Level> {
  let owner = -1;
  try {
    await makeFolders(dataDir, 0o700);
    await access(dataDir, constants.W_OK);
    owner = (await stat(dataDir)).uid;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CommandFailure(exitCode.fault, `The data folder ${dataDir} can't be written to (${code}).`);
  }
  // Root may write anywhere; what it leaves there would lock the desk's own user out.
  if (process.getuid !== undefined && process.getuid() !== owner)
    throw new CommandFailure(
      exitCode.notPermitted,
      `The data folder ${dataDir} belongs to another user of this PC (number ${owner}). Start its service, or run this as that user: sudo -u '#${owner}' deskmesh …`,
    );
  try {
    return await openLevel(join(dataDir, "lock"));
  } catch (error) {
    if (!isLocked(error)) throw error;
    throw new CommandFailure(exitCode.inUse, `The data folder ${dataDir} is in use by another node.`);
  }
}

function isLocked(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ((cause as NodeJS.ErrnoException).code === "LEVEL_LOCKED") return true;
  }
  return false;
}

async function openMeshDoor(config: Config, wire: Wire): Promise<Door> {
  try {
    return await openDoor(wire, config.meshPort, config.meshHost);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") throw error;
    if (code !== "EADDRINUSE" || config.meshPortGiven)
      throw new CommandFailure(exitCode.inUse, meshPortText(config, code));
    const door = await openDoor(wire, 0, config.meshHost);
    await storePorts(config.dataDir, { meshPort: door.port });
    return door;
  }
}

function meshPortText({ meshPort, meshHost }: Config, code: string): string {
  const where = meshHost.length > 0 ? ` on ${meshHost.join(", ")}` : "";
  if (code === "EADDRINUSE")
    return `The mesh port ${meshPort}${where} is in use by another program. Choose another with --mesh-port.`;
  if (code === "EACCES")
    return `The mesh port ${meshPort}${where} may not be used by this user. Choose another with --mesh-port.`;
  const own = privateAddresses(networkInterfaces(), { loopback: true }).map(({ address }) => address);
  return `This PC has no such address: ${meshHost.join(", ")}. Expected with --mesh-host: ${own.join(", ")}.`;
}

async function servePages(
  config: Config,
  serve: (port: number) => ReturnType<typeof serveApp>,
): Promise<Listening> {
  const served = await serve(config.port);
  if (served.kind === "listening") return served;
  if (served.kind === "port-in-use" && !config.portGiven) {
    const other = await serve(0);
    if (other.kind === "listening") {
      await storePorts(config.dataDir, { port: other.port });
      return other;
    }
  }
  const why = served.kind === "port-in-use" ? "is in use by another program" : "may not be used by this user";
  throw new CommandFailure(exitCode.inUse, `Port ${config.port} ${why}. Choose another with --port.`);
}
