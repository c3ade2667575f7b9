/**
 * Four families of sounds, told apart by rhythm as well as by pitch. Pure: which one a step of the desk makes, and what
 * it is made of. `speaker.ts` plays it.
 */
import type { Input, Session } from "./session.ts";
import { isAsking } from "./session.ts";

export type Family = "success" | "info" | "attention" | "stop";

export interface Tone {
  readonly hz: number;
  /** Seconds after the beginning. */
  readonly at: number;
  readonly seconds: number;
  readonly shape: "sine" | "square";
}

export const TONES: Readonly<Record<Family, readonly Tone[]>> = {
  success: [{ hz: 880, at: 0, seconds: 0.08, shape: "sine" }],
  info: [
    { hz: 587, at: 0, seconds: 0.06, shape: "sine" },
    { hz: 587, at: 0.12, seconds: 0.06, shape: "sine" },
  ],
  attention: [
    { hz: 659, at: 0, seconds: 0.15, shape: "sine" },
    { hz: 440, at: 0.15, seconds: 0.15, shape: "sine" },
  ],
  stop: [{ hz: 150, at: 0, seconds: 0.4, shape: "square" }],
};

/** Inputs that are the answer to a scan: only these are heard, so that each scan sounds once. */
const HEARD: ReadonlySet<Input["kind"]> = new Set([
  "scanned",
  "misread",
  "looked",
  "unlooked",
  "answered",
  "opened",
]);

/** What the step from `before` to `after` sounds like; `undefined`: nothing. */
export function stepToSound(before: Session, after: Session, input: Input): Family | undefined {
  if (!HEARD.has(input.kind)) return undefined;
  if (isAsking(after) && !isAsking(before)) return "attention";
  const said = after.notice;
  if (said !== undefined && said !== before.notice) {
    return said.severity === "success" && said.more !== undefined ? "info" : said.severity;
  }
  return after.patron !== undefined && after.patron.barcode !== before.patron?.barcode ? "info" : undefined;
}
