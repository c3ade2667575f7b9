/** A data folder that was found empty is filled from the other desks: said as it goes on, until all of it is here. */
import type { Events } from "../http/api.ts";
import { viewDesks } from "./desks-view.ts";
import type { DeskParts } from "./parts.ts";

const task = "refill";

export interface Refilling {
  /** Something arrived, or somebody said what they hold. */
  changed(parts: DeskParts): void;
}

/** `wiped`: at this start; else there is nothing to refill. */
export function createRefilling(
  wiped: boolean,
  emit: (kind: "progress", data: Events["progress"]) => void,
): Refilling {
  let isGoingOn = wiped;
  return {
    changed(parts) {
      if (!isGoingOn || parts.mesh.desks().length === 0) return;
      const { desks } = viewDesks(parts);
      const sum = (pick: (desk: (typeof desks)[number]) => number): number =>
        desks.reduce((total, desk) => total + pick(desk), 0);
      const [done, of] = [sum(({ here }) => here), sum(({ made }) => made)];
      if (done < of) {
        emit("progress", { task, done, of, text: `Coming back from the other desks: ${done} of ${of}.` });
        return;
      }
      // Nothing made yet may also be nothing heard yet.
      if (of === 0) return;
      isGoingOn = false;
      emit("progress", { task, done, of: 0, text: `All ${done} records are back on this PC.` });
    },
  };
}
