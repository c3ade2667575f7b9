/** Seeds `end-…`: each plays the whole way to an outage that is closed and purged. Half of them: see later-endings. */
import { describe } from "vitest";
import { giveWay } from "../background.ts";
import { breakNothing, isFull } from "./seeds.ts";

giveWay();

describe("a simulated outage that is played to its end", () => {
  breakNothing("end-", isFull ? 500 : 100);
});
