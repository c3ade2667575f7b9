/**
 * `update`: a new version of the program, handed from desk to desk. A supervisor offers it at one desk; at each PC its
 * administrator installs what has come, and goes back to the version before where it doesn't start well.
 */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { chown, copyFile, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { UpdateOfferView, UpdatesView } from "../http/api-operating.ts";
import { unitName } from "../operating/autostart.ts";
import { swapVersions, versionBefore } from "../operating/installed.ts";
import type { System } from "../operating/system.ts";
import { askForRights, must, systemOf } from "./autostart.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { connectToNode, type NodeClient } from "./node-client.ts";
import { supervisorOptions, withSupervisor } from "./supervisor.ts";
import { tableLines } from "./table.ts";

/** A node that reads a long log takes some seconds; one that is not there by then has not started well. */
const startsWithinMs = 60_000;
/** Thousands of files on a slow disk. */
const copyMs = 600_000;

export const updateCommands: readonly CommandSpec[] = [
  {
    usage: "update offer <package>",
    summary: "give a package to all desks of the branch; those of its kind with an older version fetch it",
    options: supervisorOptions,
    examples: ["deskmesh update offer /media/stick/deskmesh-0.2.0-linux-x64.tar.gz --as MK --pin-file ./pin"],
    run: offer,
  },
  {
    usage: "update status",
    summary: "what is offered, and whether it is here, whole",
    examples: ["deskmesh update status", "deskmesh update status --json"],
    run: showStatus,
  },
  {
    usage: "update install",
    summary:
      "install what is here, and start it; the version before is kept, and put back if the new one doesn't start (as root)",
    examples: ["sudo deskmesh update install"],
    run: install,
  },
  {
    usage: "update back",
    summary: "go back to the version before (as root)",
    examples: ["sudo deskmesh update back"],
    run: goBack,
  },
  {
    usage: "update withdraw",
    summary: "take back what was offered: no desk fetches it any more, and none keeps it",
    options: supervisorOptions,
    examples: ["deskmesh update withdraw --as MK --pin-file ./pin"],
    run: (context, input) =>
      withSupervisor(context, input, async (client) => {
        tell(context, await client.post<UpdatesView>("/api/updates/withdraw", {}));
        return exitCode.ok;
      }),
  },
];

async function offer(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const path = resolve(input.arguments[0] ?? "");
  return withSupervisor(context, input, async (client) => {
    // The node's user may not read where root keeps its downloads.
    const copy = await copyForNode(context.config.dataDir, path);
    try {
      tell(context, await client.post<UpdatesView>("/api/updates", { path: copy }));
    } finally {
      await rm(copy, { force: true });
    }
    context.note(
      "The other desks fetch it as long as no outage is open. Then, at each PC: sudo deskmesh update install",
    );
    return exitCode.ok;
  });
}

async function copyForNode(dataDir: string, path: string): Promise<string> {
  const copy = join(dataDir, `package-${randomBytes(4).toString("hex")}`);
  try {
    await copyFile(path, copy);
    const { uid, gid } = await stat(dataDir);
    if (process.getuid?.() === 0) await chown(copy, uid, gid);
    return copy;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    await rm(copy, { force: true });
    throw new CommandFailure(
      exitCode.usage,
      `${path}: expected a package of Deskmesh that can be read (${code})`,
    );
  }
}

async function showStatus(context: CommandContext): Promise<ExitCode> {
  const client = await connectToNode(context.config.dataDir);
  tell(context, await client.get<UpdatesView>("/api/updates"));
  return exitCode.ok;
}

function tell({ config, out, note }: CommandContext, view: UpdatesView): void {
  if (config.json) {
    out(JSON.stringify(view));
    return;
  }
  out(`this desk runs ${view.version}${view.platform === undefined ? "" : ` (${view.platform})`}`);
  if (view.offers.length === 0) out("nothing is offered");
  else for (const line of tableLines(["OFFERED", "FOR", "HERE", "BY"], view.offers.map(offerRow))) out(line);
  if (view.hold !== undefined) note(`Waits: ${view.hold}.`);
}

function offerRow({ version, platform, state, have, size, by }: UpdateOfferView): readonly string[] {
  const here =
    state === "here"
      ? "yes"
      : state === "not-needed"
        ? "not needed"
        : `${megabytes(have)} of ${megabytes(size)} MB`;
  return [version, platform, here, by ?? ""];
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** The link to an installed package, `/opt/deskmesh`; rejects where this program, or the data folder, is none of it. */
async function installedFolder(system: System, dataDir: string): Promise<string> {
  if (system.platform !== "linux") {
    const text =
      "On Windows: deskmesh update status --json names the file; unpack it, and run its install.cmd as administrator.";
    throw new CommandFailure(exitCode.refused, text);
  }
  const folder = dirname(dirname(dirname(resolve(system.script))));
  if (!system.exists(join(folder, "SHA256SUMS")) || !system.exists(join(folder, "data-dir"))) {
    const text = `This program was not installed from a package (it runs from ${folder}): bring it up to date as it came.`;
    throw new CommandFailure(exitCode.refused, text);
  }
  const own = (await readFile(join(folder, "data-dir"), "utf8")).trim();
  if (own === dataDir) return folder;
  const text = `The service that was installed with this program has its data in ${own}: expected no --data-dir, or that one.`;
  throw new CommandFailure(exitCode.usage, text);
}

/** Asks the running node; rejects while an outage is open. */
async function askUpdates(context: CommandContext): Promise<UpdatesView> {
  const client = await connectToNode(context.config.dataDir);
  const view = await client.get<UpdatesView>("/api/updates");
  if (view.hold !== undefined)
    throw new CommandFailure(exitCode.refused, `Not now: ${view.hold}. Nothing was changed.`);
  return view;
}

async function install(context: CommandContext): Promise<ExitCode> {
  const system = await systemOf(context);
  await askForRights(system, "update install");
  const folder = await installedFolder(system, context.config.dataDir);
  const view = await askUpdates(context);
  const next = view.offers.find(({ newer }) => newer);
  if (next === undefined) {
    context.out(`nothing to install: this desk runs ${view.version}, and no newer version is offered`);
    return exitCode.ok;
  }
  if (next.file === undefined) {
    const text = `Version ${next.version} is on its way: ${megabytes(next.have)} of ${megabytes(next.size)} MB are here. Try again in a minute.`;
    throw new CommandFailure(exitCode.notReady, text);
  }
  const work = await mkdtemp(join(dirname(folder), ".deskmesh-update-"));
  try {
    context.note(`Unpacking version ${next.version} …`);
    const unpacked = await unpack(system, work, next);
    // Unpacking took its time.
    await askUpdates(context);
    // It compares each file with its own list first, and keeps the old folder beside the new one.
    await must(
      system,
      join(unpacked, "install.sh"),
      ["--no-service", "--data-dir", context.config.dataDir],
      copyMs,
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return startOrUndo(context, system, folder, { from: view.version, to: next.version });
}

/** The very bytes that were offered: they are copied where no other user can change them, and hashed there. */
async function unpack(system: System, work: string, next: UpdateOfferView): Promise<string> {
  const archive = join(work, "package.tar.gz");
  await copyFile(next.file ?? "", archive);
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(archive)) hash.update(chunk as Uint8Array);
  if (hash.digest("hex") !== next.sha256) {
    const text = `The package of version ${next.version} on this disk is not the one that was offered. Nothing was changed; offer it again.`;
    throw new CommandFailure(exitCode.refused, text);
  }
  await must(system, "tar", ["-xzf", archive, "-C", work], copyMs);
  return join(work, `deskmesh-${next.version}-${next.platform}`);
}

async function goBack(context: CommandContext): Promise<ExitCode> {
  const system = await systemOf(context);
  await askForRights(system, "update back");
  const folder = await installedFolder(system, context.config.dataDir);
  const before = await versionBefore(folder);
  if (before === null)
    throw new CommandFailure(
      exitCode.refused,
      `No version before is kept (${folder}.old). Nothing was changed.`,
    );
  const { version } = await askUpdates(context);
  await swapVersions(folder);
  return startOrUndo(context, system, folder, { from: version, to: before });
}

/** Starts what stands in the folder; where that doesn't start well, puts back what stood there before. */
async function startOrUndo(
  context: CommandContext,
  system: System,
  folder: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<ExitCode> {
  const { config, out, note } = context;
  if (!system.exists("/run/systemd/system")) {
    out(config.json ? JSON.stringify({ version: to, started: false }) : `version ${to} is in place`);
    note("systemd does not run here: stop this desk's node and start it again.");
    return exitCode.ok;
  }
  note(`Starting version ${to} …`);
  const restart = () => must(system, "systemctl", ["restart", unitName]);
  const started = await restart().then(
    () => runs(config.dataDir, to),
    () => false,
  );
  if (started) {
    out(
      config.json
        ? JSON.stringify({ version: to, started: true })
        : `version ${to} runs; ${from} is kept (deskmesh update back)`,
    );
    return exitCode.ok;
  }
  await swapVersions(folder);
  await restart();
  const again = (await runs(config.dataDir, from))
    ? "and runs"
    : "and does not run either: see journalctl -u deskmesh";
  throw new CommandFailure(
    exitCode.fault,
    `Version ${to} did not start within ${startsWithinMs / 1_000} s. Version ${from} is in its place again, ${again}.`,
  );
}

/** The node answers as that version, and its disk takes what is recorded. */
async function runs(dataDir: string, version: string): Promise<boolean> {
  const deadline = performance.now() + startsWithinMs;
  while (performance.now() < deadline) {
    const isThere = await connectToNode(dataDir)
      .then((client: NodeClient) => client.get<UpdatesView>("/api/updates"))
      .then(
        (view) => view.version === version,
        () => false,
      );
    if (isThere) return true;
    await sleep(500);
  }
  return false;
}
