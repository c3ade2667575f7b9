/** Seeds `end-…`: each plays the whole way to an outage that is closed and purged. */
import { describe } from "vitest";
import { giveWay } from "../background.ts";
import { breakNothing, isFull } from "./seeds.ts";

// The longest of all: as nice as the others it ran alone for its last ten minutes.
giveWay(2);

describe("a simulated outage that is played to its end", () => {
  breakNothing("end-", isFull ? 1_000 : 200);
});
