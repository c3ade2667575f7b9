import { rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createWatch, lookEveryMs, type WatchedDesk } from "../../../src/node/snapshot/watch.ts";
import { withFolder } from "./stores.ts";

const start = Date.UTC(2026, 10, 21, 3, 0);

/** A clock that stands until the next look is asked for. */
function createNight() {
  let now = start;
  let due: (() => void) | undefined;
  return {
    clock: {
      now: () => now,
      monotonic: () => now,
      after: (_: number, run: () => void) => {
        due = run;
        return () => {
          due = undefined;
        };
      },
    },
    /** Resolves when the look is over, which is when the next one is planned. */
    async look(by = lookEveryMs): Promise<void> {
      while (due === undefined) await new Promise((resolve) => setImmediate(resolve));
      now += by;
      const run = due;
      due = undefined;
      run();
      while (due === undefined) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

function createReader(state: "standby" | "open" = "standby") {
  const read: string[] = [];
  const answers: { refuse?: string } = {};
  let outage = state;
  const desk = {
    state: () => ({ branch: {}, outage: { state: outage } }),
    importSnapshot: async (folder: string, staff: string) => {
      read.push(`${staff} ${folder}`);
      if (answers.refuse !== undefined) return { kind: "refused", refusal: { text: answers.refuse } };
      return { kind: "done", value: { snapshot: { patrons: 1, items: 0 } } };
    },
  } as unknown as WatchedDesk;
  return { desk, read, answers, setOutage: (next: "standby" | "open") => (outage = next) };
}

/** As if it had been written at `at`. */
async function put(folder: string, name: string, at: number): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `barcode,surname\n${at},M\n`);
  await utimes(path, at / 1000, at / 1000);
}

it("reads a folder in once it lies still, and again when it has changed", async () => {
  await withFolder(async (folder) => {
    const night = createNight();
    const reader = createReader();
    const said: string[] = [];
    const watch = createWatch(folder, { clock: night.clock, log: (text) => said.push(text) });
    watch.follow(reader.desk);
    await night.look();
    expect(watch.view()).toMatchObject({
      ok: false,
      text: "There is neither patrons.csv nor items.csv in it, and no borrowers.db.",
    });
    await put(folder, "patrons.csv", night.clock.now());
    await night.look(1_000);
    await put(folder, "items.csv", night.clock.now());
    await night.look(1_000);
    expect(watch.view()?.text).toContain("being written");
    expect(reader.read).toEqual([]);
    await night.look();
    expect(reader.read).toEqual([`nightly ${folder}`]);
    expect(watch.view()).toMatchObject({ ok: true, text: "Read in: 1 patrons, 0 items." });
    await night.look();
    await night.look();
    expect(reader.read).toHaveLength(1);
    await put(folder, "items.csv", night.clock.now());
    await night.look();
    await night.look();
    expect(reader.read).toHaveLength(2);
    await watch.close();
    expect(said.length).toBeGreaterThan(2);
  });
});

it("keeps what is in force when the folder is wrong, says so, and tries it again only when it changes", async () => {
  await withFolder(async (folder) => {
    const night = createNight();
    const reader = createReader();
    const watch = createWatch(folder, { clock: night.clock, log: () => undefined });
    await put(folder, "patrons.csv", start - 600_000);
    reader.answers.refuse = "patrons.csv: it is empty";
    watch.follow(reader.desk);
    await night.look();
    await night.look();
    expect(watch.view()).toMatchObject({
      ok: false,
      text: "Not read in, the patron data stay as they were: patrons.csv: it is empty",
    });
    expect(reader.read).toHaveLength(1);
    delete reader.answers.refuse;
    await put(folder, "patrons.csv", start - 500_000);
    await night.look();
    await night.look();
    expect(watch.view()?.ok).toBe(true);
    await rm(join(folder, "patrons.csv"));
    await night.look();
    expect(watch.view()?.ok).toBe(false);
    await watch.close();
  });
});

it("waits until an outage is closed, and watches nothing where no folder is set", async () => {
  await withFolder(async (folder) => {
    const night = createNight();
    const reader = createReader("open");
    const watch = createWatch(folder, { clock: night.clock, log: () => undefined });
    await put(folder, "patrons.csv", start - 600_000);
    watch.follow(reader.desk);
    await night.look();
    await night.look();
    expect([watch.view()?.text, reader.read]).toEqual(["An outage is on: read when it is closed.", []]);
    reader.setOutage("standby");
    await night.look();
    expect(reader.read).toHaveLength(1);
    await watch.close();
    const none = createWatch(undefined, { clock: night.clock, log: () => undefined });
    none.follow(reader.desk);
    expect(none.view()).toBeUndefined();
    await none.close();
  });
});
