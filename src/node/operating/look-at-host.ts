/** Looks at this PC for a node that starts: its canary, the room on its disk, what was tried out, who started it. */
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Vault } from "../ports.ts";
import { createFileVault, realClock } from "../real-ports.ts";
import { isOutside, readCanary } from "./canary.ts";
import { openDeskTests } from "./desk-tests.ts";
import { bytesToText, lowBytes, noneBytes, type SpaceLevel, watchSpace } from "./disk-space.ts";
import { createDiskProbe, type Host } from "./host.ts";
import type { Log } from "./messages.ts";
import { realPc } from "./pc.ts";

/** `identity`: the vault of the identity folder. */
export async function lookAtHost({ dataDir, identityDir }: Config, identity: Vault, log: Log): Promise<Host> {
  const canary = await readCanary({
    data: await createFileVault(join(dataDir, "canary")),
    identity,
    apart: isOutside(dataDir, identityDir),
    boot: await realPc.bootId(),
    forgets: await realPc.forgets(dataDir),
  });
  if (canary.wipedNow)
    log("This PC's data folder was found wiped: what it held comes from the other desks.", "warn");
  const space = await watchSpace({
    read: () => realPc.freeBytes(dataDir),
    clock: realClock,
  });
  const tellSpace = (level: SpaceLevel): void => log(spaceWords[level], level === "plenty" ? "info" : "warn");
  if (space.level() !== "plenty") tellSpace(space.level());
  space.follow(tellSpace);
  return {
    canary,
    space,
    tests: await openDeskTests(identity, realClock),
    // Set by the unit and the task that `service install` makes.
    isService: process.env.DESKMESH_SERVICE === "1",
    probeDisk: createDiskProbe(dataDir, realClock.monotonic),
  };
}

const spaceWords: Readonly<Record<SpaceLevel, string>> = {
  plenty: "There is room on the disk again.",
  low: `The disk is nearly full: less than ${bytesToText(lowBytes)} free.`,
  none: `The disk is full, less than ${bytesToText(noneBytes)} free: nothing is recorded until there is room.`,
};
