/**
 * Attacks on the log by a desk that was admitted and turned: each goes over a true link to a running desk. What breaks
 * form, chain or signature closes its sender's link and changes nothing; what is honest and not to count is kept aside.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyUpdate, frameKinds, syncFrame } from "../../src/crdt/log/frames.ts";
import { encoding } from "../../src/crdt/log/yjs.ts";
import { closeCodes } from "../../src/node/mesh/hello.ts";
import { encodeUpdate, type Struct } from "../crdt/log/dishonest-updates.ts";
import {
  agree,
  checkout,
  createWorld,
  expectDone,
  linked,
  pause,
  type RunningDesk,
  readAll,
  record,
  until,
  type World,
} from "../node/desk/desks.ts";
import {
  type Attacker,
  createAttacker,
  createInsider,
  createWriter,
  type Line,
  openLink,
  randomHex,
  updateFrame,
} from "./attacker.ts";

let world: World;
let one: RunningDesk;
let two: RunningDesk;
let insider: Attacker;
let line: Line;
let before: readonly string[];

beforeEach(async () => {
  world = createWorld({ overTls: true });
  one = await world.start(1);
  two = await world.start(2);
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  await agree([one, two], 1);
  insider = await createInsider(one);
  line = await openLink(insider, one);
  before = await readAll(one);
});
afterEach(() => world.end());

const viewOf = (desk: RunningDesk, id: string) => desk.desks().desks.find((other) => other.desk === id);

/** The link is closed, nothing has changed anywhere, and scans go on. */
async function expectRefused(reason: string, ...updates: Uint8Array[]): Promise<void> {
  for (const update of updates) line.say(updateFrame(update));
  expect(await line.closed()).toBe(closeCodes.faultOfForm);
  expect(line.ended?.reason).toBe(reason);
  expect(await readAll(one)).toEqual(before);
  await record(two, checkout("33191000000002"));
  await agree([one, two], before.length + 1);
}

const honest = (): Uint8Array => {
  const writer = createWriter(one, insider.signer);
  writer.add({ k: "note" });
  return writer.takeGroup(8)!.update;
};
const feedName = () => `feed/${insider.signer.desk}/${randomHex(8)}/0`;
const written = (...structs: readonly Struct[]) => encodeUpdate([{ client: 7, clock: 0, structs }]);
const any = (...values: readonly unknown[]) => ({ kind: "any", values }) as const;

describe("refused by its form", () => {
  it.each([
    ["a deletion", () => encodeUpdate([], [{ client: 7, clock: 0, length: 1 }])],
    ["a map", () => written({ kind: "item", parent: feedName(), parentSub: "key", content: any("x") })],
    [
      "an insertion in the middle",
      () =>
        written({
          kind: "item",
          origin: { client: 7, clock: 2 },
          rightOrigin: { client: 7, clock: 3 },
          content: any("x"),
        }),
    ],
    ["a nested type", () => written({ kind: "item", parent: feedName(), content: { kind: "type", ref: 1 } })],
    ["another root", () => written({ kind: "item", parent: "staff", content: any("x") })],
  ])("%s", async (_what, update) => {
    await expectRefused("not-append-only", update());
  });

  it("what is no update", () => expectRefused("undecodable", Uint8Array.of(9, 9, 9)));

  it("a text frame, and an empty one", async () => {
    line.say(new Uint8Array(0));
    expect(await line.closed()).toBe(closeCodes.faultOfForm);
    expect(await readAll(one)).toEqual(before);
  });

  it("50 MB in one frame", async () => {
    line.say(new Uint8Array(50 * 1024 * 1024));
    expect([1006, 1009]).toContain(await line.closed());
    expect(await readAll(one)).toEqual(before);
    await record(one, checkout("33191000000002"));
    await agree([one, two], before.length + 1);
  });
});

describe("refused by chain and signature", () => {
  it("an entry of a forged desk", async () => {
    const writer = createWriter(one, insider.signer, { asDesk: two.signer.desk });
    writer.add({ k: "note" });
    await expectRefused("bad-header", writer.takeGroup(8)!.update);
  });

  it("a changed byte", async () => {
    const update = honest();
    const at = Buffer.from(update).indexOf('"note"');
    update[at + 2]! ^= 1;
    await expectRefused("bad-signature", update);
  });

  it("another branch's id, and another document's", async () => {
    const writer = createWriter(one, insider.signer, { branch: "0".repeat(32) });
    writer.add({ k: "note" });
    await expectRefused("bad-signature", writer.takeGroup(8)!.update);
  });

  it("another document's entries", async () => {
    const writer = createWriter(one, insider.signer, { document: "branch" });
    writer.add({ k: "note" });
    await expectRefused("bad-signature", writer.takeGroup(8)!.update);
  });

  it("more behind another desk's entries, in its own feed", async () => {
    // Whoever goes on in a feed needs its desk's key: the insider signs with its own.
    const writer = createWriter(one, insider.signer);
    writer.add({ k: "note" });
    const first = writer.takeGroup(8)!;
    const thief = createWriter(one, (await createAttacker()).signer, { asDesk: insider.signer.desk });
    thief.add({ k: "note" });
    await expectRefused("bad-header", first.update, thief.takeGroup(8)!.update);
  });
});

describe("honest in form: dropped, or kept aside", () => {
  it("a skipped seq, and a segment out of order: dropped, and asked for", async () => {
    const writer = createWriter(one, insider.signer);
    for (let i = 0; i < 3; i++) writer.add({ k: "note" });
    writer.takeGroup(1);
    const countSteps = () =>
      line.frames.filter((frame) => frame[0] === frameKinds.sync && frame[1] === 0).length;
    const asked = countSteps();
    // The answer to its first step 1 is over: from now on what doesn't fit is a gap.
    line.say(syncFrame("step2", emptyUpdate));
    line.say(updateFrame(writer.takeGroup(1)!.update));
    await until("the desk asks for what is missing", () => countSteps() > asked);
    expect(line.ended).toBeNull();
    expect(viewOf(one, insider.signer.desk)?.made).toBe(0);
  });

  it("a re-used seq: the first content stands, nobody parts", async () => {
    const first = honest();
    const name = Buffer.from(first)
      .toString("latin1")
      .match(/feed\/[0-9a-f/]+/)![0];
    line.say(updateFrame(first));
    await until("it came", () => viewOf(one, insider.signer.desk)?.made === 1);
    const [, , run] = name.split("/");
    const second = createWriter(one, insider.signer);
    (second.place as { run: string }).run = run!;
    second.add({ k: "other" });
    line.say(updateFrame(second.takeGroup(8)!.update));
    await until("it was noticed", () => one.pc.said.some((text) => text.includes("second content")));
    expect(line.ended).toBeNull();
    expect(viewOf(one, insider.signer.desk)?.made).toBe(1);
  });

  it("an entry of a future version: aside, relayed, not closed", async () => {
    const writer = createWriter(one, insider.signer);
    writer.add({ k: "levitation" });
    line.say(updateFrame(writer.takeGroup(8)!.update));
    await until("both hold it aside", () =>
      [one, two].every((desk) => viewOf(desk, insider.signer.desk)?.aside?.reason === "unknown-kind"),
    );
    expect(line.ended).toBeNull();
    expect(await readAll(one)).toEqual(before);
  });

  it("awareness of somebody else: nobody listens", async () => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, frameKinds.awareness);
    encoding.writeVarUint8Array(encoder, Uint8Array.of(1, 7, 1, 2, 123, 125));
    line.say(encoding.toUint8Array(encoder));
    await pause(100);
    expect(line.ended).toBeNull();
    expect(await readAll(one)).toEqual(before);
  });

  it("entries of a desk that nobody admitted: aside on all desks, with its reason, until it is admitted", async () => {
    const stranger = await createAttacker();
    const writer = createWriter(one, stranger.signer);
    const fact = { k: "checkout", i: "x" };
    writer.add(fact);
    line.say(updateFrame(writer.takeGroup(8)!.update));
    const asideOf = (desk: RunningDesk) => viewOf(desk, stranger.signer.desk)?.aside;
    await until("both keep it aside", () =>
      [one, two].every((desk) => asideOf(desk)?.reason === "unknown-desk"),
    );
    expect(viewOf(one, stranger.signer.desk)?.standing).toBe("unknown");
    expect(line.ended).toBeNull();
    expect(await readAll(one)).toEqual(before);
    // Its batch leaves them out: they would pass for exported later.
    const made = expectDone(await one.makeBatch({ format: "csv", partial: true, reason: "A stranger's" }));
    expect(made.lines).toBe(1);
  });

  it("facts of `branch` by a desk that nobody admitted change nothing, though they are kept and relayed", async () => {
    const stranger = await createAttacker();
    const branchLine = await openLink(insider, one, "branch");
    const writer = createWriter(one, stranger.signer, { document: "branch" });
    const admission = { k: "admit", d: stranger.signer.desk, f: stranger.identity.fingerprint, n: "Me" };
    writer.add(admission);
    branchLine.say(updateFrame(writer.takeGroup(8)!.update));
    await pause(300);
    expect(branchLine.ended).toBeNull();
    for (const desk of [one, two]) {
      expect(viewOf(desk, stranger.signer.desk)?.standing ?? "unknown").toBe("unknown");
      const line = await openLink(stranger, desk);
      expect(await line.closed()).toBe(closeCodes.notAdmitted);
    }
  });
});

describe("retirement", () => {
  it("lets count what was held, on all desks, and nothing that comes later through others, not even after a restart", async () => {
    const scan = (item: string) => record(two, checkout(item));
    await scan("33191000000010");
    await agree([one, two], 2);
    const three = await world.start(3, [1, 2]);
    await linked(one, two, three);
    await agree([one, two, three], 2);
    // Desk 2 is cut off, scans on, and is retired by desk 1 meanwhile; desk 3 alone hears what it scanned.
    await one.close();
    await scan("33191000000011");
    await agree([two, three], 3);
    await two.close();
    await three.close();
    one = await world.start(1, []);
    expectDone(await one.actOnDesk("Desk 2", { kind: "retire", reason: "Stolen" }));
    const again = await world.start(3, [1]);
    await linked(one, again);
    await agree([one, again], 2);
    const asideOf = (desk: RunningDesk) => desk.desks().desks.find(({ name }) => name === "Desk 2")?.aside;
    await until("desk 3 has taken it back, and says why", () => asideOf(again)?.reason === "retired-desk");
    await until("desk 1 keeps it aside too", () => asideOf(one)?.reason === "retired-desk");
    await one.close();
    one = await world.start(1, []);
    expect((await readAll(one)).length).toBe(2);
    expect(asideOf(one)?.reason).toBe("retired-desk");
  });
});
