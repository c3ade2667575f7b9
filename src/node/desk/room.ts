/** A desk whose disk is full refuses to record before a write can fail, and goes on by itself when there is room. */
import type { StateView } from "../http/api.ts";
import type { Faulted } from "./desk.ts";
import type { DeskPorts } from "./desk-ports.ts";

const diskFull = {
  kind: "disk-full",
  text: "This PC's disk is full: nothing is recorded here until there is room on it. Use another desk.",
} as const;

export interface Room {
  /** `null`: there is room. */
  refusal(): Faulted | null;
  /** The state as it is shown: not ready while there is no room. */
  view(state: StateView): StateView;
}

/** `onChanged`: there is room no more, or again. */
export function createRoom(space: DeskPorts["space"], onChanged: () => void): Room {
  const isFull = (): boolean => space?.level() === "none";
  space?.follow(onChanged);
  return {
    refusal: () => (isFull() ? { kind: "fault", fault: diskFull } : null),
    view: (state) => (isFull() && !state.fault ? { ...state, ready: false, fault: diskFull } : state),
  };
}
