/** Long work of one desk in slices, between which scans, links and pages have their turn. */
import type { Steps } from "../../crdt/circulation/steps.ts";
import { withRoom } from "../heap.ts";
import type { Clock } from "../ports.ts";

/** A scan may wait so long for a slice, and a little more for the slice's own last step. */
export const sliceMs = 8;

/** `told`: after each slice, how far it is. Rejects with what a step throws. */
export async function inSlices<T>(
  clock: Clock,
  steps: Steps<T>,
  told: (done: number) => void = () => undefined,
): Promise<T> {
  const first = sliceOf(clock, steps);
  if (first.done === true) return first.value;
  return withRoom("some", async () => {
    let step: IteratorResult<number, T> = first;
    while (step.done !== true) {
      told(step.value);
      await giveWay(clock);
      step = sliceOf(clock, steps);
    }
    return step.value;
  });
}

function sliceOf<T>(clock: Clock, steps: Steps<T>): IteratorResult<number, T> {
  const until = clock.monotonic() + sliceMs;
  let step = steps.next();
  while (!step.done && clock.monotonic() < until) step = steps.next();
  return step;
}

/** Whatever waits has its turn. */
export function giveWay(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.after(0, resolve));
}
