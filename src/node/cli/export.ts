/** `export`: makes the next batch of the branch and puts its files into a folder. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Format } from "../../export/batch.ts";
import type { BatchView, Problem } from "../http/api.ts";
import { type WrittenFile, writeBatchFiles } from "./batch-files.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { type NodeClient, NodeRefusal, textOfProblem } from "./node-client.ts";
import { withProgress } from "./progress.ts";
import { supervisorOptions, withSupervisor } from "./supervisor.ts";

const formats: readonly Format[] = ["evergreen", "koha", "alma", "sierra", "csv", "jsonl"];

export const exportCommand: CommandSpec = {
  usage: "export",
  summary: "make the next batch and write its files (exit 4 incomplete, 5 nothing new, 6 decisions open)",
  options: [
    { flags: "--format <name>", text: "for which ILS", required: true, choices: formats },
    { flags: "--out <folder>", text: "where to put the files (default: here)" },
    { flags: "--split", text: "for Alma: one file for each desk, since it books all of a file at one" },
    { flags: "--partial", text: "go on though a desk's scans are not all here" },
    { flags: "--reason <text>", text: "why, for the record; needed with --partial" },
    ...supervisorOptions,
  ],
  examples: [
    "deskmesh export --format koha --out ./out --as MK --pin-file ./pin",
    'deskmesh export --format alma --partial --reason "Desk 3 is at the repair shop" --as MK',
  ],
  run: exportBatch,
};

/** A batch is given out when its entry is safe on every linked desk: moments, unless a link is dying. */
const releaseTimeoutMs = 30_000;
const pollMs = 200;

async function exportBatch(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const { options } = input;
  if (options.partial === true && typeof options.reason !== "string")
    throw new CommandFailure(exitCode.usage, "--partial needs --reason TEXT: it goes into the report");
  return withSupervisor(context, input, (client) =>
    withProgress(context, client, "export", () => makeAndWrite(context, options, client)),
  );
}

async function makeAndWrite(
  { config, out, note }: CommandContext,
  options: CommandInput["options"],
  client: NodeClient,
): Promise<ExitCode> {
  const made = await client
    .post<BatchView>("/api/batches", {
      format: options.format,
      ...(options.partial === true ? { partial: true } : {}),
      ...(options.split === true ? { split: true } : {}),
      ...(typeof options.reason === "string" ? { reason: options.reason } : {}),
    })
    .catch(explainRefusal);
  note(`Batch ${made.id} is made: ${made.lines} lines.`);
  const batch = await awaitRelease(client, made);
  const files = await writeBatchFiles(client, batch, typeof options.out === "string" ? options.out : ".");
  for (const line of exportLines(batch, files, config.json)) out(line);
  for (const [index, { text }] of batch.checklist.entries()) note(`${index + 1}. ${text}`);
  note(`When the ILS has taken it: deskmesh loaded ${batch.id} --job JOB --as USER`);
  return exitCode.ok;
}

export function exportLines(
  batch: BatchView,
  files: readonly WrittenFile[],
  json: boolean,
): readonly string[] {
  if (json) return [JSON.stringify({ ...batch, written: files })];
  return [
    `batch ${batch.id}${batch.partial ? " PARTIAL" : ""}: ${batch.lines} lines, sha256 ${batch.sha256}`,
    ...batch.counts.map(
      ({ kind, onScreen, written, converted, extra, voided, repeated }) =>
        `  ${kind}: ${onScreen} recorded, ${written} written${converted > 0 ? ` (${converted} converted)` : ""}, ${extra} beside the main file, ${voided} voided, ${repeated} repeated`,
    ),
    ...batch.reasons.map(({ kind, reason, count }) => `  ${count} × ${kind}: ${reason}`),
    ...files.map(({ path, outcome }) => `${outcome === "written" ? "wrote" : "same "} ${path}`),
  ];
}

/** The exit code of a batch that could not be made, from the members of the problem document (contract.md). */
export function exitOfRefusedBatch(problem: Problem): ExitCode {
  if (problem.status === 401 || problem.status === 403) return exitCode.notPermitted;
  if (problem.status === 404) return exitCode.nothingToExport;
  if (
    problem.status === 409 &&
    (problem.undecided?.length ?? 0) > 0 &&
    (problem.incomplete?.length ?? 0) === 0
  )
    return exitCode.decisionsOpen;
  if (problem.status === 409) return exitCode.refused;
  return problem.status === 503 ? exitCode.fault : exitCode.refused;
}

function explainRefusal(error: unknown): never {
  if (!(error instanceof NodeRefusal)) throw error;
  const { problem } = error;
  const lacking = (problem.incomplete ?? []).map(
    (desk) => `  ${desk.name}: ${desk.here} of ${desk.made} here, ${desk.verdict}`,
  );
  const open = problem.undecided?.length ?? 0;
  const lines = [textOfProblem(problem), ...lacking, ...(open > 0 ? [`  ${open} exceptions to decide`] : [])];
  throw new CommandFailure(exitOfRefusedBatch(problem), lines.join("\n"));
}

async function awaitRelease(client: NodeClient, made: BatchView): Promise<BatchView> {
  let batch = made;
  for (let waited = 0; !batch.released; waited += pollMs) {
    if (waited >= releaseTimeoutMs)
      throw new CommandFailure(
        exitCode.refused,
        `Batch ${made.id} is made, and not yet safe on every linked desk. Fetch its files later: deskmesh batches ${made.id} --out FOLDER`,
      );
    await sleep(pollMs);
    batch = await client.get<BatchView>(`/api/batches/${encodeURIComponent(made.id)}`);
  }
  return batch;
}
