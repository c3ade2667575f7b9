/** The small program in each desk's namespace (`agent.mjs`), and what the tests ask of it. */

import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Sighting } from "../../src/node/ports.ts";
import type { Network } from "./network.ts";

const AGENT = fileURLToPath(new URL("agent.mjs", import.meta.url));
const DISCOVERY = fileURLToPath(new URL("../../src/node/mesh/discovery.ts", import.meta.url));

interface ProbeSession {
  readonly onSighting: (sighting: Sighting) => void;
  readonly errors: string[];
}

export interface Agent {
  readonly sessions: Map<string, ProbeSession>;
  call(op: string, parameters: object): Promise<unknown>;
}

export function createAgent(network: Network, desk: number): Agent {
  const child = network.spawn(desk, process.execPath, [AGENT]);
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const sessions = new Map<string, ProbeSession>();
  let calls = 0;
  child.stderr?.on("data", (chunk: Buffer) => console.error(`agent ${desk}: ${chunk.toString("utf8")}`));
  child.once("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error(`the agent of desk ${desk} has ended`));
    waiting.clear();
  });
  if (child.stdout === null) throw new Error("the agent has no output");
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = JSON.parse(line) as {
      readonly id?: number;
      readonly value?: unknown;
      readonly failure?: string;
      readonly session?: string;
      readonly sighting?: Sighting;
      readonly error?: string;
    };
    const session = sessions.get(said.session ?? "");
    if (said.sighting !== undefined) return session?.onSighting(said.sighting);
    if (said.error !== undefined) return session?.errors.push(said.error);
    const call = waiting.get(said.id ?? 0);
    waiting.delete(said.id ?? 0);
    if (said.failure === undefined) call?.resolve(said.value);
    else call?.reject(new Error(`desk ${desk}: ${said.failure}`));
  });
  return {
    sessions,
    call(op, parameters) {
      calls += 1;
      const id = calls;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.stdin?.write(`${JSON.stringify({ id, op, ...parameters })}\n`);
      });
    },
  };
}

/** Node 20 runs no TypeScript: one file, dependencies included, for the agents to import. */
export async function buildDiscovery(folder: string): Promise<string> {
  const { build } = await import("vite");
  await build({
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: DISCOVERY,
      outDir: join(folder, "built"),
      rollupOptions: { output: { entryFileNames: "discovery.mjs" } },
    },
  });
  return join(folder, "built", "discovery.mjs");
}
