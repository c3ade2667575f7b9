/**
 * What keys may do while a dialog stands: a person answers it, a scanner can't. Pure: keys come in as values, and what
 * is to be done with them goes out. `modal.ts` binds it to the page.
 */
import { BURST_GAP_MS, type Burst, burstAfter, isScan, noBurst, SLOWEST_GAP_MS } from "./keys.ts";

/** Where the key goes. `field`: what a person types or chooses; `free`: a text that may be scanned, too. */
export type GuardTarget = "field" | "free" | "button" | "other";

export interface GuardKey {
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly ms: number;
  readonly target: GuardTarget;
}

export interface Guard {
  /** What was typed without a pause. */
  readonly burst: Burst;
  /** What was typed where nothing takes text. */
  readonly stray: string;
  readonly lastMs: number;
}

export interface GuardStep {
  readonly guard: Guard;
  /** The key must not do what it would. */
  readonly isSwallowed: boolean;
  /** A scan that was ignored: its code. */
  readonly ignored?: string;
  /** What a scan has put into the field goes out again: it is as it was before. */
  readonly isTakenBack?: true;
  /** The button is pressed, unless another key follows at once. */
  readonly isPress?: true;
  readonly answer?: "confirm" | "safe";
}

export const openGuard: Guard = { burst: noBurst, stray: "", lastMs: Number.NEGATIVE_INFINITY };

/** A key on a button counts only after so much quiet: a scanner's Tab and Enter come faster. */
const PRESS_QUIET_MS = 300;
/** Stray characters that are older than this are not the beginning of what comes now. */
const STRAY_ENDS_MS = 1_000;

export function guardKey(guard: Guard, key: GuardKey): GuardStep {
  const quietMs = key.ms - guard.lastMs;
  const isText = key.key.length === 1 && !key.ctrl && !key.alt;
  const burst = key.key.length === 1 && !isText ? noBurst : burstAfter(guard.burst, key.key, key.ms);
  const stray = quietMs > STRAY_ENDS_MS ? "" : guard.stray;
  const next: Guard = { burst, stray, lastMs: key.ms };
  if (key.key === "Enter") return onEnter(next, key, quietMs);
  const answer = keyToAnswer(key);
  if (answer !== undefined) return { guard: openGuard, isSwallowed: true, answer };
  if (key.key === "Tab") {
    // A scanner's Tab ends its code, and moves nothing.
    const isScanned = isScan(burst, SLOWEST_GAP_MS);
    if (!isScanned && quietMs >= BURST_GAP_MS) return { guard: next, isSwallowed: false };
    const code = stray === "" ? burst.text : stray;
    return {
      ...swallow({ ...openGuard, lastMs: key.ms }, isScanned ? code : ""),
      ...takenBack(key, isScanned),
    };
  }
  if (!isText) return { guard: next, isSwallowed: key.ctrl && (key.key === "j" || key.key === "m") };
  return onText(next, key, quietMs);
}

function onText(guard: Guard, key: GuardKey, quietMs: number): GuardStep {
  if (key.target === "free") return { guard, isSwallowed: false };
  if (key.target === "field") {
    if (!isScan(guard.burst)) return { guard, isSwallowed: false };
    return { ...swallow(guard, guard.burst.text), isTakenBack: true };
  }
  if (key.key === " " && key.target === "button" && quietMs >= PRESS_QUIET_MS && guard.stray === "") {
    return { guard, isSwallowed: true, isPress: true };
  }
  const stray = guard.stray + key.key;
  return swallow({ ...guard, stray }, isScan(guard.burst) ? stray : "");
}

function onEnter(guard: Guard, key: GuardKey, quietMs: number): GuardStep {
  const closed: Guard = { ...openGuard, lastMs: key.ms };
  const isScanned = isScan(guard.burst, SLOWEST_GAP_MS) && key.target !== "free";
  if (guard.stray !== "") return swallow(closed, guard.stray);
  if (isScanned) {
    return { ...swallow(closed, guard.burst.text), ...takenBack(key, true) };
  }
  if (key.ctrl) return { guard: closed, isSwallowed: true, answer: "confirm" };
  const isMeant = key.target === "button" && quietMs >= PRESS_QUIET_MS;
  return { guard: closed, isSwallowed: true, ...(isMeant ? { isPress: true as const } : {}) };
}

function takenBack({ target }: GuardKey, isScanned: boolean): Pick<GuardStep, "isTakenBack"> {
  return isScanned && target === "field" ? { isTakenBack: true } : {};
}

function keyToAnswer({ key, alt, ctrl }: GuardKey): GuardStep["answer"] {
  if (!alt || ctrl) return undefined;
  const letter = key.toLowerCase();
  return letter === "y" ? "confirm" : letter === "n" ? "safe" : undefined;
}

function swallow(guard: Guard, ignored: string): GuardStep {
  return { guard, isSwallowed: true, ...(ignored === "" ? {} : { ignored }) };
}
