/** The other half of the seeds `end-…`: all in one file run alone for a quarter of an hour when all else has ended. */
import { describe } from "vitest";
import { giveWay } from "../background.ts";
import { breakNothing, isFull } from "./seeds.ts";

giveWay();

describe("a simulated outage that is played to its end, too", () => {
  const half = isFull ? 500 : 100;
  breakNothing("end-", half, half + 1);
});
