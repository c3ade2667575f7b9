/** `batches`, `loaded`, `failed`: the batches made so far, their files again, and what the ILS said of them. */
import { readFile } from "node:fs/promises";
import type { AnswerView, BatchView } from "../http/api.ts";
import { writeBatchFiles } from "./batch-files.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { exportLines } from "./export.ts";
import type { NodeClient } from "./node-client.ts";
import { lookWithNode } from "./one-off-node.ts";
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
    { flags: "--errors <file>", text: "the ILS's report or error list: what it refused becomes to-dos" },
    { flags: "--note <text>", text: "anything worth keeping" },
    { flags: "--with-errors", text: "some lines were refused" },
    { flags: "--too", text: "of a batch that was withdrawn: it was loaded all the same; needs --note" },
    ...supervisorOptions,
  ],
  examples: [
    "deskmesh loaded RIV-3-1-4a7c --job 52 --as MK --pin-file ./pin",
    "deskmesh loaded RIV-3-1-4a7c --job 52 --errors ./job-report.txt --as MK",
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

export const reissueCommand = guarded(
  "reissue",
  "issue a batch's file again: -REISSUE in its name, the same lines",
  'deskmesh reissue RIV-3-1-4a7c --confirm RIV-3-1-4a7c --reason "the stick was lost" --out ./out --as MK',
);

export const withdrawCommand = guarded(
  "withdraw",
  "a batch was never loaded and never will be: its lines go into the next one",
  'deskmesh withdraw RIV-3-1-4a7c --confirm RIV-3-1-4a7c --reason "made for another ILS" --as MK',
);

/** The id typed again, a reason and a PIN: acts by which a file may come to be loaded twice, or never. */
function guarded(name: "reissue" | "withdraw", summary: string, example: string): CommandSpec {
  return {
    usage: `${name} <batch>`,
    summary,
    options: [
      { flags: "--confirm <batch>", text: "the batch's id, typed again", required: true },
      { flags: "--reason <text>", text: "why, for the record", required: true },
      ...(name === "reissue" ? [{ flags: "--out <folder>", text: "put the batch's files there" }] : []),
      ...supervisorOptions,
    ],
    examples: [example],
    run: (context, input) => guard(context, input, name),
  };
}

async function guard(
  context: CommandContext,
  input: CommandInput,
  name: "reissue" | "withdraw",
): Promise<ExitCode> {
  const { config, out } = context;
  const [id = ""] = input.arguments;
  const { confirm, reason, out: folder } = input.options;
  return withSupervisor(context, input, async (client, by) => {
    const path = `/api/batches/${encodeURIComponent(id)}/${name}`;
    const batch = await client.post<BatchView>(path, { confirm, reason, by });
    const files = typeof folder === "string" ? await writeBatchFiles(client, batch, folder) : [];
    if (config.json) out(JSON.stringify({ ...batch, written: files }));
    else out(`batch ${batch.id} ${batch.state}`);
    if (!config.json) for (const { path } of files) out(`wrote ${path}`);
    return exitCode.ok;
  });
}

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
  return lookWithNode(context, async (client) => {
    if (id === undefined) {
      const batches = await client.get<readonly BatchView[]>("/api/batches");
      if (config.json) out(JSON.stringify(batches));
      else for (const line of batchLines(batches)) out(line);
      return exitCode.ok;
    }
    const batch = await client.get<BatchView>(`/api/batches/${encodeURIComponent(id)}`);
    for (const line of exportLines(batch, [], config.json)) out(line);
    return exitCode.ok;
  });
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
  const { job, by, byHand, note, errors, withErrors, too } = input.options;
  if (state === "loaded" && job === undefined && by === undefined && byHand === undefined)
    throw new CommandFailure(exitCode.usage, "loaded needs --job ID, --by helpdesk or --by-hand");
  const address = `/api/batches/${encodeURIComponent(id)}`;
  const report = typeof errors === "string" ? await readReport(errors) : null;
  const batch = await withSupervisor(context, input, async (client) => {
    if (report !== null) tellAnswer(context, await client.upload<AnswerView>(`${address}/answer`, report));
    return client.post<BatchView>(`${address}/${state}`, {
      ...(job === undefined ? {} : { job }),
      ...(by === undefined ? {} : { by }),
      ...(byHand === undefined ? {} : { byHand }),
      ...(note === undefined ? {} : { note }),
      ...(withErrors === undefined ? {} : { withErrors }),
      ...(too === undefined ? {} : { too }),
    });
  });
  out(config.json ? JSON.stringify(batch) : `batch ${batch.id} ${batch.state}`);
  return exitCode.ok;
}

async function readReport(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CommandFailure(exitCode.usage, `--errors: ${file} can't be read (${why})`);
  }
}

function tellAnswer({ note, warn }: CommandContext, { done, refused, unmatched, todos }: AnswerView): void {
  const open = todos.filter((todo) => todo.done === undefined).length;
  note(
    `The report speaks of ${done + refused} lines: ${done} done, ${refused} refused. To-dos of this batch: ${open}.`,
  );
  for (const { line, words, why } of unmatched)
    warn(`Line ${line} of the report fits no line of the file, ${why}: ${words}`);
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
