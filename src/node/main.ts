/** The process: hands the real world to the command line and ends with its exit code. */
import { homedir } from "node:os";
import type { Effects } from "./cli/command.ts";
import { runCommandLine } from "./cli/command-line.ts";
import { askSecret, readPiped } from "./secret-input.ts";
import { version } from "./version.ts";

/** How long an end in order may take before the process goes anyway. */
const closeTimeoutMs = 5_000;

const effects: Effects = {
  // Loaded when needed: `--help` and `status` stay quick.
  startNode: async (config) => (await import("./start.ts")).startNode(config),
  askSecret,
  readPiped,
  stopSignal: awaitStopSignal,
};

// A reader that went away (`deskmesh batches | head`) is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    env: process.env,
    platform: process.platform,
    home: homedir(),
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
  },
  version,
  effects,
);
// What is left open (a keep-alive connection, a timer of a library) must not hold the prompt.
setTimeout(() => process.exit(), 300).unref();

function awaitStopSignal(): { readonly stopped: Promise<void>; done(): void } {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let deadline: NodeJS.Timeout | undefined;
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const onSignal = () => {
    // A second Ctrl+C changes nothing: the end is bounded as it is.
    deadline ??= setTimeout(() => {
      process.stderr.write(
        "The node did not close in time; leaving now. What was acknowledged is on disk.\n",
      );
      process.exit(1);
    }, closeTimeoutMs);
    stop();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    stopped,
    done() {
      clearTimeout(deadline);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
