/** Two to four desks over the in-memory network: who links to whom, and what is left when the LAN comes and goes. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { realClock } from "../../../src/node/real-ports.ts";
import {
  agree,
  checkout,
  countLinked,
  createWorld,
  linked,
  pause,
  record,
  until,
  type World,
} from "../desk/desks.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

it("makes one link of two dials, and is quiet when idle", async () => {
  for (const desk of [await world.start(1), await world.start(2)]) await desk.close();
  for (const n of [1, 2]) world.pc(n).said.length = 0;
  const desks = await Promise.all([world.start(1), world.start(2)]);
  await linked(...desks);
  await record(desks[0], checkout("33191000000001"));
  await record(desks[1], checkout("33191000000002"));
  await agree(desks, 2);
  const seen = new Set<number>();
  for (const desk of desks) desk.subscribe((kind) => kind === "desk" && seen.add(countLinked(desk)));
  const before = world.network.dials;
  await pause(3_000);
  expect(world.network.dials).toBe(before);
  expect([...seen].every((count) => count === 1)).toBe(true);
  expect(desks.flatMap(({ pc }) => pc.said)).toEqual([]);
});

it("never links to itself, and stops trying", async () => {
  const one = await world.start(1, [1]);
  await until("it has met itself", () => world.network.dials > 0);
  await pause(700);
  expect(world.network.dials).toBe(1);
  expect(countLinked(one)).toBe(0);
});

it("hands on through the desk between when two can't reach each other", async () => {
  world.network.cut("10.0.0.1", "10.0.0.3");
  const [one, two, three] = [await world.start(1), await world.start(2), await world.start(3)];
  await until("the chain stands", () => countLinked(two) === 2);
  for (let i = 0; i < 20; i++) await record(i % 2 ? one : three, checkout(`331910000001${i + 10}`));
  await agree([one, two, three], 20);
  expect([countLinked(one), countLinked(three)]).toEqual([1, 1]);
  const rows = await one.transactions({ limit: 1 });
  expect(rows.rows[0]?.coverage.of).toBe(3);
});

it("meets again after a connection broke, and after a cut that nobody was told of", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await record(one, checkout("33191000000001"));
  world.network.drop("10.0.0.1", "10.0.0.2");
  await record(two, checkout("33191000000002"));
  await agree([one, two], 2);
  world.network.cut("10.0.0.1", "10.0.0.2");
  await until("the silence is noticed", () => countLinked(one) + countLinked(two) === 0, 9_000);
  await record(one, checkout("33191000000003"));
  await record(two, checkout("33191000000004"));
  world.network.heal("10.0.0.1", "10.0.0.2");
  const healedAt = performance.now();
  await agree([one, two], 4);
  expect(performance.now() - healedAt).toBeLessThan(3_000);
});

it("notices a path that lets one side through alone", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  world.network.cut("10.0.0.1", "10.0.0.2", { oneWay: true });
  await until("both know", () => countLinked(one) + countLinked(two) === 0, 12_000);
  await record(two, checkout("33191000000001"));
  world.network.heal("10.0.0.1", "10.0.0.2");
  await agree([one, two], 1);
});

it("catches up a late joiner with an empty disk, over several outages", async () => {
  const one = await world.start(1);
  for (let outage = 1; outage <= 4; outage++) {
    await record(one, checkout(`3319100000000${outage}`));
    const made = await one.makeBatch({ format: "csv" });
    if (made.kind !== "done") throw new Error(JSON.stringify(made));
    await one.markBatch(made.value.id, { state: "loaded", job: "1" });
    expect(await one.moveOutage("close", {})).toMatchObject({ kind: "done" });
  }
  await record(one, checkout("33191000000009"));
  const late = await world.start(3);
  await agree([one, late], 5);
  expect(late.outage()).toEqual(one.outage());
  expect(late.outage().number).toBe(5);
  const released = (made: readonly { released: boolean }[]) =>
    made.length === 4 && made.every((batch) => batch.released);
  await until("both hold all batches", async () =>
    (await Promise.all([one, late].map((desk) => desk.batches()))).every(released),
  );
  // Rows show what is accepted; files are made of what is durable, a moment later.
  await until("the late one holds their entries durably", async () => {
    const files = (await late.batches()).map(({ id }) => late.batchFile(id, "main"));
    return (await Promise.all(files)).every((file) => file.kind === "done");
  });
  const bytes = await Promise.all(
    (await one.batches()).map(async ({ id }) => {
      const files = await Promise.all([one, late].map((desk) => desk.batchFile(id, "main")));
      return files.map((file) => (file.kind === "done" ? Buffer.from(file.value.bytes).toString() : file));
    }),
  );
  for (const [here, there] of bytes) expect(there).toEqual(here);
});

it("loses nothing when scans are made at both ends while links come up, again and again", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  let made = 0;
  for (let round = 0; round < 25; round++) {
    world.network.delay("10.0.0.1", "10.0.0.2", round % 4);
    world.network.drop("10.0.0.1", "10.0.0.2");
    const busy = [one, two].map(async (desk, d) => {
      for (let i = 0; i < 6; i++) {
        await record(desk, checkout(`3319${d}${String(round).padStart(4, "0")}${i}0000`));
        made++;
        await pause((round * 7 + i * 3) % 25);
      }
    });
    await Promise.all(busy);
  }
  await agree([one, two], made);
});

it("remembers addresses that worked, and dials them after a restart without being told", async () => {
  const two = await world.start(2, []);
  const first = await world.start(1, [2]);
  await linked(first, two);
  await until("they are kept", async () => (await world.pc(1).vault.read("peers.json")) !== null);
  await first.close();
  const again = await world.start(1, []);
  await linked(again, two);
});

it("hears of desks that it was never told of from one that it is linked to", async () => {
  const two = await world.start(2, []);
  const [one, three] = [await world.start(1, [2]), await world.start(3, [2])];
  await linked(one, two, three);
});

it("knows the room on each other's disks, of whoever says it, and of one that is away the last word", async () => {
  let free = 5_000_000_000;
  world.pc(1).space = { level: () => "plenty", free: () => free, follow: () => undefined };
  // As an older program, it says nothing of its disk.
  const [one, silent] = [await world.start(1), await world.start(2)];
  const roomOf = (desk: typeof one, name: string): number | undefined =>
    desk.desks().desks.find((each) => each.name === name)?.freeBytes;
  await linked(one, silent);
  await until("it is heard", () => roomOf(silent, "Desk 1") === free);
  expect([roomOf(one, "Desk 1"), roomOf(one, "Desk 2"), roomOf(silent, "Desk 2")]).toEqual([
    free,
    undefined,
    undefined,
  ]);
  free = 90_000_000;
  await until("what is new is heard", () => roomOf(silent, "Desk 1") === free);
  await record(one, checkout("33191000000001"));
  await agree([one, silent], 1);
  await one.close();
  await until("it is away", () => countLinked(silent) === 0);
  expect(roomOf(silent, "Desk 1")).toBe(free);
  await world.stop(silent);
  expect(roomOf(await world.start(2, []), "Desk 1")).toBe(free);
});

it("measures how far clocks are apart, and says so of the one that is wrong", async () => {
  const ahead = 17 * 60_000;
  world.pc(2).clock = { ...realClock, now: () => realClock.now() + ahead };
  const desks = [await world.start(1), await world.start(2), await world.start(3)] as const;
  await linked(...desks);
  const offsetTo = (from: number, to: string): number | undefined =>
    desks[from]!.desks().desks.find(({ name }) => name === to)?.offsetMs;
  await until("all clocks are measured", () => [0, 1, 2].every((from) => offsetsOf(desks[from]!) === 2));
  expect(Math.abs((offsetTo(0, "Desk 2") ?? 0) + ahead)).toBeLessThan(250);
  expect(Math.abs((offsetTo(1, "Desk 3") ?? 0) - ahead)).toBeLessThan(250);
  expect(Math.abs(offsetTo(0, "Desk 3") ?? 999)).toBeLessThan(250);
  // Against the median of all: the two right ones are asked nothing, the wrong one once.
  await record(desks[0], checkout("33191000000001"));
  await agree(desks, 1);
  const command = checkout("33191000000002");
  const asked = await desks[1].record(command);
  if (asked.kind !== "questions") throw new Error(asked.kind);
  expect(asked.questions).toMatchObject([
    { code: "clock", text: expect.stringContaining("17 minutes ahead") },
  ]);
  const { code, ref } = asked.questions[0]!;
  const reason = new Date().toISOString();
  expect((await desks[1].record({ ...command, overrides: [{ code, ref, reason }] })).kind).toBe("recorded");
  await record(desks[1], checkout("33191000000003"));
  await agree(desks, 3);
});

function offsetsOf(desk: { desks(): { desks: readonly { offsetMs?: number }[] } }): number {
  return desk.desks().desks.filter(({ offsetMs }) => offsetMs !== undefined).length;
}
