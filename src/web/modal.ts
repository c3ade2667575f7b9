/**
 * Binds `modal-guard.ts` to whatever dialog is open: one listener for all of them. A dialog marks its button that goes
 * ahead with `data-confirm`, the safe one with `data-safe`, and a field that may be scanned into with `data-free`. Esc
 * is the browser's own `cancel`. A dialog marked `data-form` is a form with keys of its own.
 */
import { type Guard, type GuardTarget, guardKey, openGuard } from "./modal-guard.ts";

/** A press waits so long for a key behind it: a scanner's comes, a person's doesn't. */
const PRESS_AFTER_MS = 120;

/** A longer code within this time is the same scan. */
const SAME_SCAN_MS = 1_000;

/** Listens until undone. `onIgnored` is told each scan that a dialog kept out, as it grows; `isNew`: its first part. */
export function guardModals(onIgnored: (code: string, isNew: boolean) => void): () => void {
  let guard: Guard = openGuard;
  let told = { code: "", ms: Number.NEGATIVE_INFINITY };
  /** What stood in the field before a burst. */
  let before = "";
  let dialog: Element | null = null;
  let press: ReturnType<typeof setTimeout> | undefined;

  function onKey(event: KeyboardEvent): void {
    const open = openDialog();
    clearTimeout(press);
    if (open !== dialog) guard = openGuard;
    dialog = open;
    if (open === null || event.isComposing || open.matches("[data-form]")) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    // Alt with a letter is the letter of the key, whatever the layout makes of it.
    const key = event.altKey && event.code.startsWith("Key") ? event.code.slice(3) : event.key;
    const ctrl = event.ctrlKey || event.metaKey;
    const stepped = guardKey(guard, {
      key,
      ctrl,
      alt: event.altKey,
      ms: event.timeStamp,
      target: kindOf(target),
    });
    guard = stepped.guard;
    if (guard.burst.text.length <= 1) before = readValue(target);
    if (stepped.isSwallowed) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (stepped.isTakenBack) putBack(target, before);
    if (stepped.ignored !== undefined) {
      const isSame = event.timeStamp - told.ms < SAME_SCAN_MS && stepped.ignored.startsWith(told.code);
      told = { code: stepped.ignored, ms: event.timeStamp };
      onIgnored(stepped.ignored, !isSame || told.code === "");
    }
    if (stepped.isPress) press = setTimeout(() => target.click(), PRESS_AFTER_MS);
    if (stepped.answer !== undefined) {
      open.querySelector<HTMLElement>(`[data-${stepped.answer}]:not(:disabled)`)?.click();
    }
  }

  /** Space presses a button when it goes up: here only the guard presses. */
  function onKeyUp(event: KeyboardEvent): void {
    const open = openDialog();
    if (open === null || open.matches("[data-form]") || event.key !== " ") return;
    if (event.target instanceof HTMLElement && kindOf(event.target) === "button") event.preventDefault();
  }

  document.addEventListener("keydown", onKey, true);
  document.addEventListener("keyup", onKeyUp, true);
  return () => {
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("keyup", onKeyUp, true);
  };
}

/** The one on top. */
function openDialog(): Element | null {
  return [...document.querySelectorAll("dialog[open]")].at(-1) ?? null;
}

function kindOf(target: HTMLElement): GuardTarget {
  if (target.matches("[data-free]")) return "free";
  if (target.matches("button, a[href], summary, input[type=checkbox], input[type=radio]")) return "button";
  return target.matches("input, textarea, select") ? "field" : "other";
}

function readValue(target: HTMLElement): string {
  return "value" in target && typeof target.value === "string" ? target.value : "";
}

function putBack(target: HTMLElement, value: string): void {
  if (!("value" in target) || target.value === value) return;
  target.value = value;
  for (const name of ["input", "change"]) target.dispatchEvent(new Event(name, { bubbles: true }));
}
