/** Shows how far a long act of the node is, line by line, while a command waits for it. */
import type { Events } from "../http/api.ts";
import type { CommandContext } from "./command.ts";
import type { NodeClient } from "./node-client.ts";

const atMostEveryMs = 1_000;

/** Runs `act` and meanwhile tells the node's progress on `task` by `note`. */
export async function withProgress<T>(
  { note }: Pick<CommandContext, "note">,
  client: NodeClient,
  task: string,
  act: () => Promise<T>,
): Promise<T> {
  const lines = createProgressLines(note, () => performance.now());
  const stop = await client.follow("progress", (data) => {
    const progress = data as Events["progress"];
    if (progress.task === task && progress.of !== 0) lines.tell(progress);
  });
  try {
    return await act();
  } finally {
    stop();
    lines.end();
  }
}

export interface ProgressLines {
  tell(progress: Events["progress"]): void;
  /** Shows the last one, if it was held back. */
  end(): void;
}

/** A line a second, and the last one of each step: what stands before the colon names it. */
export function createProgressLines(note: (line: string) => void, monotonic: () => number): ProgressLines {
  let step: string | undefined;
  let held: string | undefined;
  let shownAt = 0;

  function show(line: string): void {
    held = undefined;
    shownAt = monotonic();
    note(line);
  }
  function end(): void {
    if (held !== undefined) show(held);
  }
  return {
    tell({ text, done, of }) {
      const [name] = text.split(":");
      if (name !== step) end();
      const isNew = name !== step;
      step = name;
      held = of === undefined ? text : `${text}: ${done} of ${of}`;
      if (isNew || monotonic() - shownAt >= atMostEveryMs) show(held);
    },
    end,
  };
}
