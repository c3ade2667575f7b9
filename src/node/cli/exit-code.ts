/** How a command ended, for scripts (contract.md). */
export const exitCode = {
  ok: 0,
  fault: 1,
  usage: 2,
  notReady: 3,
  /** Incomplete, or refused for another reason that stands in the text. */
  refused: 4,
  nothingToExport: 5,
  decisionsOpen: 6,
  nodeNotRunning: 7,
  inUse: 8,
  notPermitted: 9,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** A start or a command that failed for a known reason: its text is for people, its code for scripts. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(code: ExitCode, text: string) {
    super(text);
    this.exitCode = code;
  }
}
