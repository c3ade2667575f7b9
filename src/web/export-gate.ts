/** May the export wizard go on from its step, and if not, why? Pure. */

import { stateToExportAnswer } from "./banner.ts";
import { t } from "./language.ts";
import type { Model } from "./store.ts";
import { countToText } from "./words.ts";

export interface Gate {
  readonly isOpen: boolean;
  /** Empty where it is open. */
  readonly why: string;
}

const OPEN: Gate = { isOpen: true, why: "" };
const REASON_LEAST = 3;

export function draftToGate(model: Model, now: number): Gate {
  const { state, office } = model;
  if (state === undefined) return shut(t`Reading…`);
  // Step 4 checks all of them again: a desk may have gone away since.
  const steps = office.draft.step === 4 ? [1, 2, 3] : [office.draft.step];
  for (const step of steps) {
    const gate = stepToGate(model, step, now);
    if (!gate.isOpen) return gate;
  }
  const { check } = office;
  if (office.draft.step === 4 && (check?.state === "writing" || check?.state === "reading"))
    return shut(t`The file is being made.`);
  return OPEN;
}

function stepToGate(model: Model, step: number, now: number): Gate {
  const { state, office } = model;
  if (state === undefined) return shut(t`Reading…`);
  const { isPartial, reason } = office.draft;
  if (step === 1) {
    const lacking = stateToExportAnswer(state, now).reasons;
    if (lacking.length === 0) return OPEN;
    if (!isPartial) return shut(t`Waiting for ${lacking.map(({ desk }) => desk.name).join(", ")}.`);
    return reason.trim().length >= REASON_LEAST ? OPEN : shut(t`Say why the file is PARTIAL.`);
  }
  if (step === 2) {
    const { mustDecide } = state.exceptions;
    return mustDecide === 0
      ? OPEN
      : shut(t`${countToText(mustDecide, t`exception needs`, t`exceptions need`)} a decision first.`);
  }
  if (step === 3) return state.waiting > 0 ? OPEN : shut(t`There is nothing to export: no scan is waiting.`);
  return OPEN;
}

function shut(why: string): Gate {
  return { isOpen: false, why };
}
