/** The snapshot that one desk imported comes to the others by its hash, over links that break. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { agree, checkout, createWorld, linked, record, recordOrAnswer, until, type World } from "./desks.ts";

let world: World;
let folder: string;
beforeEach(async () => {
  world = createWorld();
  folder = await mkdtemp(join(tmpdir(), "deskmesh-library-"));
  const items = Array.from(
    { length: 6_000 },
    (_, n) => `33191${String(n).padStart(9, "0")},Title ${n} ${"x".repeat(120)}\n`,
  );
  const patrons = Array.from(
    { length: 200 },
    (_, n) => `30234${String(n).padStart(9, "0")},Reader ${n},Ada\n`,
  );
  await writeFile(join(folder, "items.csv"), `barcode,title\n${items.join("")}`);
  await writeFile(join(folder, "patrons.csv"), `barcode,surname,given_names\n${patrons.join("")}`);
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

const item = "33191000000042";
const patron = "30234000000007";

it("is fetched by a second desk and after it by a third that can't reach the first", async () => {
  const one = await world.start(1);
  const two = await world.start(2);
  await linked(one, two);
  const imported = await one.importSnapshot(folder);
  if (imported.kind !== "done") throw new Error(JSON.stringify(imported));
  const { sha256 } = imported.value.snapshot;
  await until("desk 2 has it", () => two.snapshots()[0]?.state === "in-force");
  expect(two.snapshots()[0]).toMatchObject({ sha256, items: 6_000, patrons: 200 });
  expect(await two.item(item)).toEqual(await one.item(item));
  expect((await two.patron(patron)).name).toBe("Ada Reader 7");
  world.network.cut("10.0.0.1", "10.0.0.3");
  const three = await world.start(3);
  await until("desk 3 has it", () => three.snapshots()[0]?.state === "in-force");
  expect(three.snapshots()[0]?.sha256).toBe(sha256);
  await record(three, checkout(item, patron));
  await agree([one, two, three], 1);
  expect((await one.transactions({})).rows[0]).toMatchObject({ patronName: "Ada Reader 7" });
  const asked = await one.record(checkout("99999999999999", "88888888888888"));
  expect(asked.kind === "questions" && asked.questions.map(({ code }) => code)).toContain("patron-unknown");
});

it("goes on after the link broke and after a restart, and is whole or not used at all", async () => {
  const one = await world.start(1);
  const imported = await one.importSnapshot(folder);
  if (imported.kind !== "done") throw new Error(JSON.stringify(imported));
  world.network.delay("10.0.0.1", "10.0.0.2", 40);
  let two = await world.start(2);
  const done = () =>
    two.events.flatMap(({ kind, data }) => (kind === "progress" ? [(data as { done: number }).done] : []));
  await until("some of it came", () => done().length >= 2);
  expect(two.snapshots()[0]?.state).not.toBe("in-force");
  const before = Math.max(...done());
  world.network.drop("10.0.0.1", "10.0.0.2");
  // Meanwhile scans go on, without what the snapshot would say.
  expect((await recordOrAnswer(two, checkout(item, patron))).kind).toBe("recorded");
  await two.close();
  two = await world.start(2);
  world.network.delay("10.0.0.1", "10.0.0.2", 0);
  await until("all of it is here", () => two.snapshots()[0]?.state === "in-force");
  expect(Math.min(...done())).toBeGreaterThan(before);
  await agree([one, two], 1);
  expect(await two.item(item)).toEqual(await one.item(item));
});

it("says no to a folder that holds no snapshot, and keeps the one in force", async () => {
  const one = await world.start(1);
  const first = await one.importSnapshot(folder);
  if (first.kind !== "done") throw new Error(JSON.stringify(first));
  await writeFile(join(folder, "items.csv"), "title\nno barcode\n");
  for (const path of [folder, join(folder, "nothing"), join(folder, "items.csv")]) {
    const refused = await one.importSnapshot(path);
    expect(refused).toMatchObject({ kind: "refused", refusal: { kind: "snapshot" } });
  }
  expect(one.snapshots()).toMatchObject([{ sha256: first.value.snapshot.sha256, state: "in-force" }]);
});

it("reads one snapshot at a time, and says so", async () => {
  const one = await world.start(1);
  const [first, second] = await Promise.all([one.importSnapshot(folder), one.importSnapshot(folder)]);
  expect(first?.kind).toBe("done");
  expect(second).toMatchObject({ kind: "refused", refusal: { text: expect.stringContaining("Try again") } });
  expect((await one.importSnapshot(folder)).kind).toBe("done");
});

it("destroys what is older than the one before, unless a batch that isn't loaded needs it", async () => {
  const one = await world.start(1);
  const bring = async (takenAt: number): Promise<string> => {
    await writeFile(join(folder, "snapshot.json"), JSON.stringify({ takenAt }));
    const imported = await one.importSnapshot(folder);
    if (imported.kind !== "done") throw new Error(JSON.stringify(imported));
    return imported.value.snapshot.sha256;
  };
  const { snapshots, keyFiles } = world.pc(1);
  const held = async (): Promise<string[]> => [...(await snapshots.names())].sort();
  const first = await bring(1_000);
  await record(one, checkout(item, patron));
  const batch = await one.makeBatch({ format: "csv" });
  if (batch.kind !== "done") throw new Error(JSON.stringify(batch));
  const second = await bring(2_000);
  const third = await bring(3_000);
  const fourth = await bring(4_000);
  expect(await held()).toEqual([first, third, fourth].sort());
  expect(await one.batchFile(batch.value.id, "lines")).toMatchObject({ kind: "done" });
  expect((await keyFiles.names()).join()).not.toContain(second);
  await one.markBatch(batch.value.id, { state: "loaded" });
  // One that is older than the one in force comes into force all the same.
  const older = await bring(3_500);
  expect(one.snapshots()).toMatchObject([{ sha256: older, state: "in-force" }]);
  expect(await held()).toEqual([third, fourth, older].sort());
});

it("is in the files of a batch as it was when that was made, whatever is in force where they are asked for", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  const bring = async (takenAt: number, title: string): Promise<void> => {
    await writeFile(join(folder, "items.csv"), `barcode,title\n${item},${title}\n`);
    await writeFile(join(folder, "snapshot.json"), JSON.stringify({ takenAt }));
    const imported = await one.importSnapshot(folder);
    if (imported.kind !== "done") throw new Error(JSON.stringify(imported));
    const { sha256 } = imported.value.snapshot;
    await until(
      "desk 2 has it",
      () => two.snapshots()[0]?.sha256 === sha256 && two.snapshots()[0]?.state === "in-force",
    );
  };
  await bring(1_000, "As it was");
  await record(one, checkout(item, patron));
  await agree([one, two], 1);
  const made = await one.makeBatch({ format: "koha" });
  if (made.kind !== "done") throw new Error(JSON.stringify(made));
  const filesOf = async (desk: typeof one): Promise<string[]> => {
    const files = await Promise.all(
      (["main", "lines", "extra"] as const).map((role) => desk.batchFile(made.value.id, role)),
    );
    return files.map((file) =>
      file.kind === "done" ? Buffer.from(file.value.bytes).toString() : JSON.stringify(file),
    );
  };
  await until("it may be given out", async () => !(await filesOf(two)).join().includes("conflict"));
  const before = await filesOf(one);
  expect(before[1]).toContain("As it was");
  await bring(2_000, "As it is now");
  expect(await one.item(item)).toMatchObject({ title: "As it is now" });
  expect(await filesOf(one)).toEqual(before);
  expect(await filesOf(two)).toEqual(before);
});
