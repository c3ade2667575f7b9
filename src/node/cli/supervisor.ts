/**
 * Commands that need a supervisor: they sign in for the length of the command. A PIN comes from a file, from standard
 * input or from a prompt, never from a flag, which every user of the PC could read in the list of processes.
 */
import { readFile } from "node:fs/promises";
import type { CommandContext, CommandInput, OptionSpec } from "./command.ts";
import { CommandFailure, exitCode } from "./exit-code.ts";
import { connectToNode, type NodeClient } from "./node-client.ts";

export const supervisorOptions: readonly OptionSpec[] = [
  { flags: "--as <user>", text: "the supervisor's initials" },
  { flags: "--pin-file <file>", text: "a file with their PIN; - for standard input (default: a prompt)" },
];

/** Rejects with exit code 9 where nobody signs in, or who does may not. `by`: for what asks for the PIN once more. */
export async function withSupervisor<T>(
  context: CommandContext,
  { options }: CommandInput,
  act: (client: NodeClient, by: { readonly user: string; readonly pin: string }) => Promise<T>,
): Promise<T> {
  const operator = await connectToNode(context.config.dataDir);
  const user = options.as;
  if (typeof user !== "string") {
    const text = "This needs a supervisor: --as USER --pin-file FILE (or type the PIN when asked).";
    throw new CommandFailure(exitCode.notPermitted, text);
  }
  const pin = await readPin(context, options.pinFile, `PIN of ${user}: `);
  if (pin === null) {
    const text = "This needs the supervisor's PIN: --pin-file FILE (or - for standard input).";
    throw new CommandFailure(exitCode.notPermitted, text);
  }
  const { token } = await operator.post<{ token: string }>("/api/session", { user, pin });
  const client = operator.withToken(token);
  try {
    return await act(client, { user, pin });
  } finally {
    // The answer is there already: a session that can't be ended now ends by itself.
    await client.delete("/api/session").catch(() => undefined);
  }
}

/** From the file (`-`: standard input), else from a prompt; `null`: there is neither. `flag` names the file. */
export async function readPin(
  { effects }: CommandContext,
  file: string | true | undefined,
  prompt: string,
  flag = "--pin-file",
): Promise<string | null> {
  if (typeof file !== "string") return effects.askSecret(prompt);
  try {
    const text = file === "-" ? await effects.readPiped() : await readFile(file, "utf8");
    return text.replace(/^\uFEFF/, "").replace(/[\r\n]+$/, "");
  } catch (error) {
    const why = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : "?";
    throw new CommandFailure(exitCode.usage, `${flag}: ${file} can't be read (${why})`);
  }
}
