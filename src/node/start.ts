/** Starts a node: data folder locked, ports held, desk opened, pages served. */
import { randomBytes } from "node:crypto";
import { access, constants, mkdir } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadLinkIdentity } from "./certificate.ts";
import type { RunningNode } from "./cli/command.ts";
import { CommandFailure, exitCode } from "./cli/exit-code.ts";
import { removeRunFile, writeRunFile } from "./cli/run-file.ts";
import { type Config, storePorts } from "./config.ts";
import { createDesk } from "./desk/create-desk.ts";
import { keepHeapSmall } from "./heap.ts";
import { createApp } from "./http/app.ts";
import { type Listening, serveApp } from "./http/server.ts";
import { loadSigner } from "./identity.ts";
import { createDiscovery } from "./mesh/discovery.ts";
import { type Door, openDoor } from "./mesh/door.ts";
import { privateAddresses, watchInterfaces } from "./mesh/interfaces.ts";
import { createWire } from "./mesh/wire.ts";
import type { Wire } from "./ports.ts";
import { createFileVault, realClock, realRandom } from "./real-ports.ts";
import { putInPlace } from "./renewal.ts";
import { createEncryptedLevels } from "./store/encrypted-levels.ts";
import { createKeyRing } from "./store/key-ring.ts";
import { createLevels, type Level, openLevel } from "./store/level.ts";
import { createDiskFolders } from "./store/log-folders.ts";
import { createLogStores } from "./store/log-store.ts";
import { version } from "./version.ts";

/** The same number of folders up from `src/node` as from `dist/node`. */
const webRoot = fileURLToPath(new URL("../../dist/web", import.meta.url));

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
  const log = (text: string): void => {
    if (!config.quiet) process.stderr.write(`${text}\n`);
  };
  keepHeapSmall();
  const lock = await lockDataDir(config.dataDir);
  ending.push(() => lock.close());
  const vault = await createFileVault(config.identityDir);
  await putInPlace(vault);
  const wire = createWire(await loadLinkIdentity(vault));
  const door = await openMeshDoor(config, wire);
  ending.push(() => door.close());
  const keys = createKeyRing(vault, await createFileVault(join(config.dataDir, "keys")), realRandom);
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
        ? createDiscovery({ clock: realClock, onError: (error) => log(`mDNS: ${error.message}`) })
        : null,
      door,
      hosts: () => (config.meshHost.length > 0 ? config.meshHost : ownHosts()),
      watchAddresses: (onChange) =>
        watchInterfaces(realClock, (_change, addresses) => onChange(addresses.map(({ address }) => address))),
    },
    signer: await loadSigner(vault, realRandom),
    version,
    host: { name: hostname(), timezone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    peers: config.peers,
    log,
  });
  ending.push(() => desk.close());
  const token = randomBytes(24).toString("base64url");
  const app = createApp({ desk, token, webRoot, version, clock: realClock, random: realRandom, log });
  const listening = await servePages(config, (port) => serveApp(app, port));
  ending.push(() => listening.close());
  await writeRunFile(config.dataDir, { port: listening.port, pid: process.pid, token });
  ending.push(() => removeRunFile(config.dataDir));
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
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CommandFailure(exitCode.fault, `The data folder ${dataDir} can't be written to (${code}).`);
  }
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
    if (code !== "EADDRINUSE" || config.meshPortGiven) {
      const where = config.meshHost.length > 0 ? ` on ${config.meshHost.join(", ")}` : "";
      throw new CommandFailure(
        exitCode.inUse,
        `The mesh port ${config.meshPort}${where} can't be used (${code}).`,
      );
    }
    const door = await openDoor(wire, 0, config.meshHost);
    await storePorts(config.dataDir, { meshPort: door.port });
    return door;
  }
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
