/**
 * Desks on a LAN of network namespaces, run as a branch would run them: `deskmesh start` in each, asked over HTTP from
 * inside. `network.ts` makes the wires; here are the processes. Everything waits on a state, none on a time.
 */
import { type ChildProcess, execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach } from "vitest";
import type { Announcement, Sighting } from "../../src/node/ports.ts";
import { type Agent, buildDiscovery, createAgent } from "./agent.ts";
import { createNetwork, lackOfNetworks, type Network } from "./network.ts";

export interface Reply {
  readonly status: number;
  readonly bytes: Buffer;
  /** The body as JSON, unchecked; throws if it is none. */
  json<T>(): T;
}

export interface Probe {
  /** What discovery said it could not do. */
  readonly errors: readonly string[];
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

export interface Lan extends Network {
  /** Folder for this desk's data, empty at first. */
  dataDir(desk: number): string;
  /** A command that ends (`join`, `branch create`), run in the desk's namespace; rejects unless it ends with 0. */
  run(desk: number, args: readonly string[]): Promise<string>;
  /** Starts the node and waits for its `ready` line; gives the ms that it took. */
  startDesk(desk: number, args?: readonly string[], env?: NodeJS.ProcessEnv): Promise<number>;
  /** Ends the desk's node and waits until it is gone. */
  kill(desk: number, signal?: NodeJS.Signals): Promise<void>;
  /** To the desk's node, which may go on: SIGSTOP, SIGCONT. */
  signal(desk: number, signal: NodeJS.Signals): void;
  /** Last lines that the desk's node wrote, for a failing test. */
  output(desk: number): string;
  api(
    desk: number,
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>;
  /** Discovery by itself in a desk's namespace, without a node. */
  probe(desk: number, own: Announcement, onSighting: (sighting: Sighting) => void): Promise<Probe>;
  /** Gives 169.254.77.x instead of the desk's address, as when the lease ran out. */
  loseLease(desk: number): void;
}

/** Reason to skip the tests on this machine; throws where `DESKMESH_REQUIRE` lists `lan`. */
export function lanLack(): string | null {
  const lack = lackOfNetworks();
  if (lack !== null && lanIsRequired()) {
    throw new Error(`DESKMESH_REQUIRE wants the LAN tests, but ${lack}`);
  }
  if (lack !== null) console.warn(`LAN tests skipped: ${lack}`);
  return lack;
}

/** `DESKMESH_REQUIRE` lists `lan`. */
export function lanIsRequired(): boolean {
  return (process.env.DESKMESH_REQUIRE ?? "").split(/[\s,]+/).includes("lan");
}

/** Registers with vitest: when a test fails, the last lines of each desk's node are shown. */
export function showOutputOnFailure(lan: () => Lan | undefined, desks: number): void {
  afterEach(({ task }) => {
    if (task.result?.state !== "fail") return;
    for (let desk = 1; desk <= desks; desk += 1) console.error(`desk ${desk}:\n${lan()?.output(desk) ?? ""}`);
  });
}

export async function createLan(options: {
  readonly desks: number;
  /** CIDRs; 10.77.0.1/24 and so on if left out. */
  readonly addresses?: readonly string[];
}): Promise<Lan> {
  const addresses =
    options.addresses ?? Array.from({ length: options.desks }, (_, i) => `10.77.0.${i + 1}/24`);
  const network = createNetwork(addresses);
  const folder = mkdtempSync(join(tmpdir(), "deskmesh-lan-"));
  const agents = addresses.map((_, i) => createAgent(network, i + 1));
  const nodes = new Map<number, Node>();
  let probes = 0;
  let built: Promise<string> | undefined;
  const agentOf = (desk: number): Agent => {
    const agent = agents[desk - 1];
    if (agent === undefined) throw new Error(`there is no desk ${desk}`);
    return agent;
  };
  const dataDir = (desk: number): string => join(folder, `desk-${desk}`);

  return {
    ...network,
    dataDir,
    async run(desk, args) {
      buildNode();
      const command = ["netns", "exec", network.namespace(desk), process.execPath, DESKMESH, ...args];
      const { stdout } = await promisify(execFile)("ip", command, { timeout: 30_000 });
      return stdout;
    },
    async startDesk(desk, args = [], env = {}) {
      buildNode();
      const startedAt = performance.now();
      const node = createNode(network, desk, ["--data-dir", dataDir(desk), "--port", PORT, ...args], env);
      nodes.set(desk, node);
      await node.ready;
      return performance.now() - startedAt;
    },
    async kill(desk, signal = "SIGKILL") {
      const child = nodes.get(desk)?.child;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill(signal);
      await exit;
    },
    signal: (desk, signal) => void nodes.get(desk)?.child.kill(signal),
    output: (desk) => nodes.get(desk)?.output() ?? "",
    async api(desk, method, path, body, headers = { "deskmesh-staff": "ab" }) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      for (;;) {
        const value = await agentOf(desk).call("http", {
          method,
          path,
          headers,
          port: Number(PORT),
          timeoutMs: 15_000,
          ...(text === undefined ? {} : { body: text }),
        });
        const { status, base64 } = value as { status: number; base64: string };
        // A test reads faster than any page does: the node says so, and it waits as told.
        if (status === 429) {
          await sleep(TOO_MANY_MS);
          continue;
        }
        const bytes = Buffer.from(base64, "base64");
        return { status, bytes, json: <T>() => JSON.parse(bytes.toString("utf8")) as T };
      }
    },
    async probe(desk, own, onSighting) {
      probes += 1;
      built ??= buildDiscovery(folder);
      const session = String(probes);
      const agent = agentOf(desk);
      const errors: string[] = [];
      agent.sessions.set(session, { onSighting, errors });
      await agent.call("listen", { session, own, module: await built });
      return {
        errors,
        refresh: async () => void (await agent.call("refresh", { session })),
        stop: async () => void (await agent.call("stop", { session })),
      };
    },
    loseLease: (desk) => network.changeAddress(desk, `169.254.77.${desk}/16`),
    async destroy() {
      await network.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const PORT = "8470";
const TOO_MANY_MS = 250;
const READY_MS = 60_000;
const DESKMESH = fileURLToPath(new URL("../../bin/deskmesh.mjs", import.meta.url));
const BUILD = fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url));

let nodeBuilt = false;

/** The desks run what is built: never an older build than the sources. Does nothing if it is of now. */
function buildNode(): void {
  if (!nodeBuilt) execFileSync(process.execPath, [BUILD], { stdio: ["ignore", "ignore", "inherit"] });
  nodeBuilt = true;
}

interface Node {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  output(): string;
}

function createNode(network: Network, desk: number, args: readonly string[], env: NodeJS.ProcessEnv): Node {
  const child = network.spawn(desk, process.execPath, [DESKMESH, "start", ...args], env);
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > 200) lines.shift();
  };
  const output = (): string => lines.join("\n");
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`desk ${desk} was not ready in time\n${output()}`)),
      READY_MS,
    );
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`desk ${desk} ended with ${code}\n${output()}`));
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        keep(line);
        if (!line.startsWith("ready ")) return;
        clearTimeout(timer);
        resolve();
      });
    }
  });
  return { child, ready, output };
}
