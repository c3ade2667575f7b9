/** How many transactions stand: without walking the log, since a page asks while scans go on. */
import { stands, type World } from "./world.ts";

/** Counted once each: no voiding, taken back by none, and no second scan of one act. Costs what was taken back or repeated. */
export function countStanding(world: World): number {
  let count = world.byId.size;
  // Every voiding that counts is filed under what it voids.
  for (const voidings of world.voidings.values()) count -= voidings.length;
  const doubtful = new Set([...world.voidings.keys(), ...world.amendments.keys(), ...world.repeats.keys()]);
  for (const id of doubtful) {
    const recorded = world.byId.get(id);
    if (recorded === undefined || recorded.fact.kind === "voiding") continue;
    if (world.repeats.has(id) || !stands(world, id, "now")) count--;
  }
  return count;
}
