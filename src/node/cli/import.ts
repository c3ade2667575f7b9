/** `import`: a snapshot of the ILS, read by the node from a folder or zip file of this PC. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ImportReport } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { withDeskNode } from "./one-off-node.ts";
import { withProgress } from "./progress.ts";

export const importCommand: CommandSpec = {
  usage: "import <folder-or-file>",
  summary:
    "read a snapshot of the ILS (CSV files, a zip of them, a block list, or Koha's borrowers.db) and give it to all desks",
  options: [{ flags: "--as <initials>", text: "who imports" }],
  examples: [
    "deskmesh import ./snapshot",
    "deskmesh import extract.zip",
    "deskmesh import borrowers.db",
    "deskmesh import sample",
  ],
  run: importSnapshot,
};

async function importSnapshot(
  context: CommandContext,
  { arguments: [folder = ""], options }: CommandInput,
): Promise<ExitCode> {
  const staff = typeof options.as === "string" ? options.as : undefined;
  // The node has a working folder of its own.
  const path = resolve(folder);
  // Said before a node is started for it.
  if (!existsSync(path))
    throw new CommandFailure(exitCode.usage, `${path}: expected a folder or a file, and nothing is there`);
  context.note(`Reading ${path} …`);
  const report = await withDeskNode(context, staff, (client) =>
    withProgress(context, client, "import", () => client.post<ImportReport>("/api/snapshots", { path })),
  );
  if (context.config.json) context.out(JSON.stringify(report));
  else for (const line of importLines(report)) context.out(line);
  return exitCode.ok;
}

/** One line a file, the refused rows under it. */
export function importLines(report: ImportReport): readonly string[] {
  const { snapshot } = report;
  const lines = report.files.flatMap((file) => [
    `${file.name}: ${file.read} rows read, ${file.kept} kept, ${file.refused} refused`,
    ...file.reasons.map(({ line, reason }) => `  line ${line}: ${reason}`),
    ...(file.refused > file.reasons.length ? [`  … and ${file.refused - file.reasons.length} more`] : []),
  ]);
  return [
    ...lines,
    ...report.warnings.map((text) => `look at  ${text}`),
    `snapshot ${snapshot.sha256.slice(0, 12)} taken ${snapshot.takenAt}: ${snapshot.patrons} patrons, ${snapshot.items} items, ${snapshot.loans} loans, ${snapshot.holds} holds`,
  ];
}
