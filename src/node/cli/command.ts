/**
 * What a command is: a description that the command line shows, and a function that runs it. Commands know neither
 * the library that parses flags nor `process`, so tests run them in their own process.
 */
import type { Config, ConfigProblem, ConfigSources, Environment } from "../config.ts";
import type { Pc } from "../operating/pc.ts";
import type { System } from "../operating/system.ts";
import type { ExitCode } from "./exit-code.ts";

/** A node that runs in this process. `close` ends it in order and may be called twice. */
export interface RunningNode {
  /** Pages and API, e.g. `http://127.0.0.1:8470`. */
  readonly url: string;
  readonly meshPort: number;
  close(): Promise<void>;
}

/** The deeper parts, handed in so that `--help` needs none of them loaded. */
export interface Effects {
  /** Rejects with `CommandFailure` for what the reader can mend (port or data folder in use, not writable). */
  startNode(config: Config): Promise<RunningNode>;
  /** Asks at the terminal, without showing what is typed; `null`: there is no terminal. */
  askSecret(prompt: string): Promise<string | null>;
  /** All of standard input. */
  readPiped(): Promise<string>;
  /** Resolves when the process is told to stop; calling `done` lets go of it. */
  /** This PC, for `doctor`; the real one where it is left out. */
  readonly pc?: Pc;
  /** What `service` changes; the real one where it is left out. */
  readonly system?: System;
  stopSignal(): { readonly stopped: Promise<void>; done(): void };
}

export interface CommandContext {
  readonly config: Config;
  /** Where each setting came from; what isn't there has its default. */
  readonly sources: ConfigSources;
  /** What is wrong with the settings; only commands that help to mend it are run then. */
  readonly problems: readonly ConfigProblem[];
  readonly env: Environment;
  readonly version: string;
  readonly effects: Effects;
  /** Results, a line each: what a script reads. */
  out(line: string): void;
  /** All that is said beside the result; dropped with `--quiet`. */
  note(line: string): void;
  /** Warnings and errors; never dropped. */
  warn(line: string): void;
}

export interface OptionSpec {
  /** As commander writes it: `--format <name>`. */
  readonly flags: string;
  readonly text: string;
  readonly required?: boolean;
  /** All that it may be; anything else ends with exit code 2. */
  readonly choices?: readonly string[];
}

export interface CommandSpec {
  /** Words and arguments as typed: `outage open`, `import <folder>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly OptionSpec[];
  /** Whole lines as one would type them. */
  readonly examples: readonly string[];
  /** Also run while the settings are wrong, with defaults in their place. */
  readonly mends?: true;
  run(context: CommandContext, input: CommandInput): Promise<ExitCode>;
}

export interface CommandInput {
  readonly arguments: readonly string[];
  /** The command's own options, by name in camel case; text, or `true` for a flag without a value. */
  readonly options: Readonly<Record<string, string | true | undefined>>;
}
