/** `backup` and `restore`: what a desk holds, as a folder to keep elsewhere, and back again on this PC or another. */
import { resolve } from "node:path";
import type { RestoreAnswer } from "../backup/restore.ts";
import type { BackupView } from "../http/api.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";
import { withDeskNode } from "./one-off-node.ts";
import { withProgress } from "./progress.ts";
import { readPin } from "./supervisor.ts";

const passphraseFlag = "--passphrase-file";
const passphraseOption = {
  flags: `${passphraseFlag} <file>`,
  text: "a file with the passphrase; - for standard input (default: a prompt)",
};

export const backupCommand: CommandSpec = {
  usage: "backup <dir>",
  summary: "write log and patron data, encrypted, into a new folder (also while scans go on)",
  options: [
    passphraseOption,
    {
      flags: "--with-identity",
      text: "with the keys that make a PC this desk: for a PC that replaces this one",
    },
  ],
  examples: [
    "deskmesh backup /media/stick/deskmesh-1 --passphrase-file ./passphrase",
    "deskmesh backup /media/stick/deskmesh-2 --with-identity",
  ],
  run: backUp,
};

export const restoreCommand: CommandSpec = {
  usage: "restore <dir>",
  summary: "make a data folder of a backup (then: start, or join); never over another one",
  options: [passphraseOption],
  examples: ["deskmesh restore /media/stick/deskmesh-1 --data-dir ./restored --passphrase-file ./passphrase"],
  run: restore,
};

async function backUp(
  context: CommandContext,
  { arguments: [dir = ""], options }: CommandInput,
): Promise<ExitCode> {
  const passphrase = await askPassphrase(context, options.passphraseFile);
  // The node has a working folder of its own.
  const request = {
    path: resolve(dir),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(options.withIdentity === true ? { withIdentity: true } : {}),
  };
  const made = await withDeskNode(context, undefined, (client) =>
    withProgress(context, client, "backup", () => client.post<BackupView>("/api/backups", request)),
  );
  if (context.config.json) context.out(JSON.stringify(made));
  else
    context.out(
      `backup ${made.path}: ${made.entries} entries, ${made.snapshots} snapshots, ${made.bytes} bytes`,
    );
  if (made.openedBy === "identity") {
    context.warn(
      "Without a passphrase only this desk's identity folder opens it, and only until something is destroyed at this desk (an outage, an old snapshot).",
    );
  } else
    context.note(
      "Keep the passphrase apart from it. What is destroyed in the branch later is still in the backup.",
    );
  return exitCode.ok;
}

/** Twice at a prompt: nobody sees what they type. Empty means none. */
async function askPassphrase(
  context: CommandContext,
  file: string | true | undefined,
): Promise<string | undefined> {
  if (typeof file === "string") return (await readPin(context, file, "", passphraseFlag)) ?? undefined;
  const typed = await context.effects.askSecret("Passphrase for the backup (empty: none): ");
  if (typed === null || typed === "") return undefined;
  if ((await context.effects.askSecret("The same again: ")) === typed) return typed;
  throw new CommandFailure(exitCode.usage, "The two passphrases differ; nothing was written.");
}

async function restore(
  context: CommandContext,
  { arguments: [dir = ""], options }: CommandInput,
): Promise<ExitCode> {
  const { config, out, note } = context;
  const passphrase = await readPin(
    context,
    options.passphraseFile,
    "Passphrase of the backup: ",
    passphraseFlag,
  );
  // Loaded when needed: `--help` stays quick.
  const { restoreBackup } = await import("../backup/restore.ts");
  const answer: RestoreAnswer = await restoreBackup({
    folder: resolve(dir),
    ...(passphrase === null || passphrase === "" ? {} : { passphrase }),
    dataDir: config.dataDir,
    identityDir: config.identityDir,
    onProgress: note,
  });
  if (answer.kind !== "restored") {
    const isWrong = answer.kind === "wrong-passphrase";
    const more = isWrong ? ` (${passphraseFlag} FILE)` : "";
    const code = isWrong ? exitCode.notPermitted : exitCode.refused;
    throw new CommandFailure(code, `${answer.text}${more}. Nothing was written.`);
  }
  const { restored } = answer;
  if (config.json) out(JSON.stringify(restored));
  else out(`restored ${restored.branch}: ${restored.entries} entries, ${restored.snapshots} snapshots`);
  note(
    restored.identity === "old"
      ? "Now: deskmesh start. It goes on in a new run; the old PC must not be started as this desk any more."
      : "This PC is no desk yet: deskmesh start, and join the same branch by an invite or four words.",
  );
  return exitCode.ok;
}
