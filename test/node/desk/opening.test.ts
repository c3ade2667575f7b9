/** A disk that fails between a desk's place in the branch and its open log: the desk says so, and is whole at its next start. */
import { expect, it } from "vitest";
import { branchIdOf, loadSigner, storeMembership } from "../../../src/node/identity.ts";
import { realRandom } from "../../../src/node/real-ports.ts";
import { createMemoryFolders } from "../../../src/node/store/log-folders.ts";
import type { LogFolders } from "../../../src/node/store/log-store.ts";
import { agree, checkout, createWorld, expectDone, linked, type Pc, record } from "./desks.ts";

interface Disk extends LogFolders {
  isFull: boolean;
}

/** Nothing can be opened on it while it is full. */
function createDisk(): Disk {
  const folders = createMemoryFolders();
  const disk: Disk = {
    ...folders,
    isFull: false,
    async condition(document) {
      if (disk.isFull) throw new Error("no space left on device");
      return folders.condition(document);
    },
  };
  return disk;
}

const form = { name: "Riverside", code: "RIV", timezone: "Europe/Berlin", desk: "Desk 1" };
const first = { ...form, supervisor: "mk", pin: "1234" };
const fault = {
  kind: "disk",
  text: expect.stringMatching(/no space left on device.*start Deskmesh on this PC again/),
};

it("says so where a branch was made on a full disk, does nothing more, and is there after a restart", async () => {
  const world = createWorld({ unfounded: true });
  try {
    const disk = createDisk();
    world.pc(1).folders = disk;
    const one = await world.start(1);
    disk.isFull = true;
    expect(await one.createBranch(first)).toEqual({ kind: "fault", fault });
    disk.isFull = false;
    expect(one.state()).toMatchObject({ ready: false, fault });
    expect(one.pc.said).toContainEqual(fault.text);
    expect(await one.createBranch(first)).toEqual({ kind: "fault", fault });
    expect(await one.join("deskmesh1.anything", "Desk 1")).toEqual({ kind: "fault", fault });
    expect(await one.record(checkout("33191000000001"))).toEqual({ kind: "fault", fault });
    expect(await one.makeBatch({ format: "csv" })).toEqual({ kind: "fault", fault });
    await world.stop(one);
    const again = await world.start(1);
    expect(again.state()).toMatchObject({ ready: true, branch: { name: "Riverside" } });
    expect(again.state().fault).toBeUndefined();
  } finally {
    await world.end();
  }
});

/** Desk 2 is a desk with a branch before it is started. */
async function foundBranch(pc: Pc): Promise<void> {
  const signer = await loadSigner(pc.vault, realRandom);
  const nonce = "0".repeat(32);
  const founding = { name: "Riverside", code: "RIV", timezone: "Europe/Berlin", nonce };
  await storeMembership(pc.vault, { branch: branchIdOf(signer.desk, nonce), desk: pc.name, founding });
}

it("says so where it joined with a full disk, and is a desk of the branch after a restart", async () => {
  const world = createWorld({ unfounded: true });
  try {
    await foundBranch(world.pc(2));
    const two = await world.start(2, []);
    const disk = createDisk();
    world.pc(1).folders = disk;
    const one = await world.start(1);
    const { invite } = expectDone(await two.invite(60_000));
    disk.isFull = true;
    expect(await one.join(invite, "Desk 1")).toEqual({ kind: "fault", fault });
    disk.isFull = false;
    expect(one.state()).toMatchObject({ ready: false, fault });
    expect(await one.askToJoin({ address: { host: two.pc.host, port: two.pc.port } }, "Desk 1")).toEqual({
      kind: "fault",
      fault,
    });
    await world.stop(one);
    const again = await world.start(1);
    await linked(again, two);
    await record(again, checkout("33191000000001"));
    await agree([again, two], 1);
  } finally {
    await world.end();
  }
});

it("goes one way into a branch at a time, so that no log is of two", async () => {
  const world = createWorld({ unfounded: true });
  try {
    await foundBranch(world.pc(2));
    const two = await world.start(2, []);
    const one = await world.start(1);
    const { invite } = expectDone(await two.invite(60_000));
    world.network.delay(one.pc.host, two.pc.host, 50);
    const joining = one.join(invite, "Desk 1");
    // Nothing seems to come of it, so somebody fills in the first run's form.
    expect(await one.createBranch(first)).toMatchObject({ kind: "conflict", code: "asking" });
    expect(await joining).toMatchObject({ kind: "done" });
    expect(await one.createBranch(first)).toMatchObject({ kind: "conflict", code: "branch-exists" });
    await record(one, checkout("33191000000001"));
    await world.stop(one);
    const again = await world.start(1);
    await agree([again, two], 1);
    expect(again.state().branch).toEqual(two.state().branch);
    expect(again.pc.said).toEqual([]);
  } finally {
    await world.end();
  }
});
