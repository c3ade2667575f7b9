/** `demo`: three desks in one process, linked over loopback, with the sample library; nothing is kept. */
import { randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { ImportReport, InviteView, StateView } from "../http/api.ts";
import { sampleFolder } from "../places.ts";
import type { CommandContext, CommandSpec, RunningNode } from "./command.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode, type NodeClient } from "./node-client.ts";

export const demoCommand: CommandSpec = {
  usage: "demo",
  summary: "three desks on this machine with a sample library",
  examples: ["deskmesh demo", "deskmesh demo --json"],
  run: runDemo,
};

const supervisorOfDemo = "demo";
const deskNames = ["Desk 1", "Desk 2", "Desk 3"] as const;

async function runDemo(context: CommandContext): Promise<ExitCode> {
  const stop = context.effects.stopSignal();
  const folder = await mkdtemp(join(tmpdir(), "deskmesh-demo-"));
  const running: RunningNode[] = [];
  try {
    const configs = await planDesks(context.config, folder);
    const pin = String(randomInt(100_000, 1_000_000));
    const desks = await startDesks(context, configs, running, pin);
    const supervisor = { user: supervisorOfDemo, pin };
    if (context.config.json) context.out(JSON.stringify({ desks, supervisor }));
    else for (const line of demoLines(desks, supervisor)) context.out(line);
    context.note("Lend a book at one, and see it at the others. Nothing is kept. Stop with Ctrl+C.");
    await stop.stopped;
    return exitCode.ok;
  } finally {
    stop.done();
    await Promise.allSettled(running.map((node) => node.close()));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface DemoDesk {
  readonly name: string;
  readonly url: string;
  readonly meshPort: number;
}

function demoLines(
  desks: readonly DemoDesk[],
  { user, pin }: { readonly user: string; readonly pin: string },
): readonly string[] {
  return [
    "Three desks of one branch, with the sample library:",
    ...desks.map(({ name, url, meshPort }) => `${name}  ${url}  mesh ${meshPort}`),
    `Supervisor  ${user}  PIN ${pin}`,
  ];
}

/** Every desk knows the others' mesh ports beforehand: mDNS stays out of it, and so does the LAN. */
async function planDesks(base: Config, folder: string): Promise<readonly Config[]> {
  const ports: { page: number; mesh: number }[] = [];
  const taken = new Set<number>();
  for (let desk = 0; desk < deskNames.length; desk++) {
    const wanted = base.port === 0 ? 0 : base.port + 10 * desk;
    const page = await findPort(wanted, taken);
    ports.push({ page, mesh: await findPort(wanted === 0 ? 0 : wanted + 1, taken) });
  }
  return ports.map(({ page, mesh }, desk) => ({
    ...base,
    dataDir: join(folder, `desk-${desk + 1}`),
    identityDir: join(folder, `desk-${desk + 1}`, "identity"),
    port: page,
    portGiven: true,
    meshPort: mesh,
    meshPortGiven: true,
    meshHost: ["127.0.0.1"],
    mdns: false,
    peers: ports
      .filter((other) => other.mesh !== mesh)
      .map((other) => ({ host: "127.0.0.1", port: other.mesh })),
  }));
}

async function startDesks(
  context: CommandContext,
  configs: readonly Config[],
  running: RunningNode[],
  pin: string,
): Promise<readonly DemoDesk[]> {
  const { effects, note } = context;
  const desks: DemoDesk[] = [];
  let first: NodeClient | undefined;
  for (const [desk, config] of configs.entries()) {
    const name = deskNames[desk]!;
    const node = await effects.startNode(config);
    running.push(node);
    desks.push({ name, url: node.url, meshPort: node.meshPort });
    const client = await connectToNode(config.dataDir);
    if (first) {
      const { invite } = await first.post<InviteView>("/api/invites", {});
      await client.post<StateView>("/api/join", { invite, desk: name });
      continue;
    }
    first = client;
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const staff = { supervisor: supervisorOfDemo, pin };
    const form = { name: "Riverside Library", code: "RIV", timezone, desk: name, ...staff };
    await client.post<StateView>("/api/branch", form);
    const report = await client.post<ImportReport>("/api/snapshots", { path: sampleFolder });
    note(`Sample library: ${report.snapshot.patrons} patrons, ${report.snapshot.items} items.`);
  }
  return desks;
}

/** `wanted` when it is free, else any free one. */
async function findPort(wanted: number, taken: Set<number>): Promise<number> {
  const port = (wanted <= 65535 && !taken.has(wanted) ? await tryPort(wanted) : null) ?? (await tryPort(0));
  if (port === null) throw new Error("no free port on 127.0.0.1");
  if (taken.has(port)) return findPort(0, taken);
  taken.add(port);
  return port;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
    });
  });
}
