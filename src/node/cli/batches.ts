/** `batches`, `loaded`, `failed`: the batches made so far, their files again, and what the ILS said of them. */
import type { BatchView } from "../http/api.ts";
import { writeBatchFiles } from "./batch-files.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { exportLines } from "./export.ts";
import { connectToNode, type NodeClient } from "./node-client.ts";
import { supervisorOptions, withSupervisor } from "./supervisor.ts";
import { tableLines } from "./table.ts";

export const batchesCommand: CommandSpec = {
  usage: "batches [batch]",
  summary: "the batches made so far; with a batch and --out, its files again",
  options: [
    { flags: "--out <folder>", text: "put the batch's files there; needs a supervisor" },
    ...supervisorOptions,
  ],
  examples: ["deskmesh batches", "deskmesh batches RIV-3-1-4a7c --out ./out --as MK"],
  run: showBatches,
};

export const loadedCommand: CommandSpec = {
  usage: "loaded <batch>",
  summary: "the ILS has taken a batch",
  options: [
    { flags: "--job <id>", text: "the ILS's job or session id" },
    { flags: "--by <who>", text: "who said so, in place of a job id", choices: ["helpdesk"] },
    { flags: "--by-hand", text: "keyed in by hand" },
    { flags: "--note <text>", text: "anything worth keeping" },
    ...supervisorOptions,
  ],
  examples: [
    "deskmesh loaded RIV-3-1-4a7c --job 52 --as MK --pin-file ./pin",
    "deskmesh loaded RIV-3-1-4a7c --by-hand --as MK",
  ],
  run: (context, input) => mark(context, input, "loaded"),
};

export const failedCommand: CommandSpec = {
  usage: "failed <batch>",
  summary: "the ILS has refused a batch",
  options: [{ flags: "--note <text>", text: "what the ILS said" }, ...supervisorOptions],
  examples: ['deskmesh failed RIV-3-1-4a7c --note "file format not recognised" --as MK'],
  run: (context, input) => mark(context, input, "failed"),
};

async function showBatches(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const { config, out } = context;
  const {
    arguments: [id],
    options,
  } = input;
  if (id === undefined && options.out !== undefined)
    throw new CommandFailure(exitCode.usage, "--out needs a batch: deskmesh batches <batch> --out FOLDER");
  const folder = options.out;
  if (id !== undefined && typeof folder === "string")
    return withSupervisor(context, input, (client) => writeAgain(context, id, folder, client));
  const client = await connectToNode(config.dataDir);
  if (id === undefined) {
    const batches = await client.get<readonly BatchView[]>("/api/batches");
    if (config.json) out(JSON.stringify(batches));
    else for (const line of batchLines(batches)) out(line);
    return exitCode.ok;
  }
  const batch = await client.get<BatchView>(`/api/batches/${encodeURIComponent(id)}`);
  for (const line of exportLines(batch, [], config.json)) out(line);
  return exitCode.ok;
}

async function writeAgain(
  { config, out }: CommandContext,
  id: string,
  folder: string,
  client: NodeClient,
): Promise<ExitCode> {
  const batch = await client.get<BatchView>(`/api/batches/${encodeURIComponent(id)}`);
  const files = await writeBatchFiles(client, batch, folder);
  for (const line of exportLines(batch, files, config.json)) out(line);
  return exitCode.ok;
}

async function mark(
  context: CommandContext,
  input: CommandInput,
  state: "loaded" | "failed",
): Promise<ExitCode> {
  const { config, out } = context;
  const [id = ""] = input.arguments;
  const { job, by, byHand, note } = input.options;
  if (state === "loaded" && job === undefined && by === undefined && byHand === undefined)
    throw new CommandFailure(exitCode.usage, "loaded needs --job ID, --by helpdesk or --by-hand");
  const batch = await withSupervisor(context, input, (client) =>
    client.post<BatchView>(`/api/batches/${encodeURIComponent(id)}/${state}`, {
      ...(job === undefined ? {} : { job }),
      ...(by === undefined ? {} : { by }),
      ...(byHand === undefined ? {} : { byHand }),
      ...(note === undefined ? {} : { note }),
    }),
  );
  out(config.json ? JSON.stringify(batch) : `batch ${batch.id} ${batch.state}`);
  return exitCode.ok;
}

export function batchLines(batches: readonly BatchView[]): readonly string[] {
  if (batches.length === 0) return ["No batch yet."];
  return tableLines(
    ["BATCH", "FORMAT", "LINES", "STATE", "MADE", "SHA256"],
    batches.map((batch) => [
      batch.id + (batch.partial ? " PARTIAL" : ""),
      batch.format,
      String(batch.lines),
      batch.state,
      batch.madeAt,
      batch.sha256.slice(0, 12),
    ]),
  );
}
