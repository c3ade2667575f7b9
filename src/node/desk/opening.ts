/**
 * A desk that joins, is founded or becomes a new one has its place in the branch before its log is open. Where the disk
 * fails in between it is neither without a branch nor at work, and says so until the process ends: what it has opened by
 * then nothing else frees.
 */
import type { Answer, Faulted } from "./desk.ts";
import { notOpenedText } from "./fault-text.ts";

export interface Opening {
  readonly failed: Faulted | null;
  fail(why: unknown): void;
  /** What opens the desk, or needs that it isn't open yet: answers with the fault, once there is one. */
  guard<T>(act: () => Promise<Answer<T>>): Promise<Answer<T>>;
}

export function createOpening(log: (text: string) => void): Opening {
  let failed: Faulted | null = null;
  const fault = (): Faulted | null => failed;
  return {
    get failed() {
      return failed;
    },
    fail(why) {
      failed = { kind: "fault", fault: { kind: "disk", text: notOpenedText(why) } };
    },
    async guard(act) {
      const before = fault();
      if (before) return before;
      try {
        return await act();
      } catch (why) {
        const now = fault();
        if (!now) throw why;
        log(now.fault.text);
        return now;
      }
    },
  };
}
