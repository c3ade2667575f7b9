/**
 * What this node says while it runs: readable lines to the terminal, and the same as JSON lines to files of bounded
 * size in `<data folder>/messages`, for programs and for whoever looks a day later. Never a patron's data (I15). A disk
 * that takes no lines stops nothing: recording has its own way of finding that out.
 */
import { join } from "node:path";
import { pino, stdTimeFunctions } from "pino";
import roll from "pino-roll";

export type MessageLevel = "info" | "warn" | "error";
/** Takes one line; `info` where no level is given. */
export type Log = (text: string, level?: MessageLevel) => void;

export interface Messages {
  readonly log: Log;
  /** All that was said is in the file, as far as the disk takes it. */
  close(): Promise<void>;
}

/** The present file and those kept beside it: 10 MB in all. */
export const fileMegabytes = 2;
export const keptFiles = 5;

export function messagesFolder(dataDir: string): string {
  return join(dataDir, "messages");
}

/** `terminal` takes whole lines without their end. `quiet`: errors alone go there. */
export async function openMessages(options: {
  readonly dataDir: string;
  readonly quiet: boolean;
  readonly terminal: (line: string) => void;
}): Promise<Messages> {
  const { dataDir, quiet, terminal } = options;
  const file = await openFile(messagesFolder(dataDir), terminal);
  return {
    log(text, level = "info") {
      if (!quiet || level === "error") terminal(text);
      file?.log(text, level);
    },
    close: async () => file?.close(),
  };
}

async function openFile(folder: string, terminal: (line: string) => void) {
  let told = false;
  /** Once: a full disk refuses every line. */
  const tell = (error: unknown): void => {
    if (told) return;
    told = true;
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    terminal(`What is said here can't be kept in ${folder} (${code}).`);
  };
  try {
    const stream = await roll({
      file: join(folder, "deskmesh"),
      extension: ".log",
      size: `${fileMegabytes}m`,
      limit: { count: keptFiles - 1, removeOtherLogFiles: true },
      mkdir: true,
      mode: 0o600,
      // A scan must never wait for a line of the log.
      sync: false,
      maxLength: 1_000_000,
    });
    stream.on("error", tell);
    const logger = pino(
      {
        base: null,
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      stream,
    );
    return {
      log: (text: string, level: MessageLevel) => logger[level](text),
      close: () => endStream(stream, tell),
    };
  } catch (error) {
    tell(error);
    return null;
  }
}

const endMs = 500;

/** Bounded: a disk that hangs must not keep the process from ending. */
function endStream(stream: Awaited<ReturnType<typeof roll>>, tell: (error: unknown) => void): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(resolve, endMs);
    const ended = (): void => {
      clearTimeout(deadline);
      resolve();
    };
    stream.once("close", ended);
    stream.once("error", ended);
    try {
      stream.end();
    } catch (error) {
      tell(error);
      ended();
    }
  });
}
