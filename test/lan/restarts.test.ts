/** What happens to PCs on such a day: they crash, get another address, or are switched on late with an empty disk. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLan, type Lan, lanLack, showOutputOnFailure } from "./bench.ts";
import {
  countLinks,
  everyLinks,
  joinBranch,
  makeCheckout,
  makeScans,
  readState,
  record,
  recordAll,
  startBranch,
  waitAlike,
  waitFor,
} from "./scans.ts";

describe.skipIf(lanLack() !== null)("desks that come and go", () => {
  let lan: Lan;
  const ids: string[] = [];
  beforeAll(async () => {
    lan = await createLan({ desks: 4 });
    await startBranch(lan, 3);
  });
  afterAll(() => lan?.destroy());
  showOutputOnFailure(() => lan, 4);

  test("killed in the middle of a scan and started again: nothing acknowledged is lost", {
    timeout: 120_000,
  }, async () => {
    const before = [1, 2, 3].map((desk) => recordAll(lan, desk, makeScans(desk, 20)));
    ids.push(...(await Promise.all(before)).flat());
    const run = (await readState(lan, 2)).desk?.run;
    let inFlight = makeCheckout(2, 201);
    const acknowledged: string[] = [];
    const scanning = (async () => {
      for (inFlight of makeScans(2, 2_000, 100)) acknowledged.push(await record(lan, 2, inFlight));
    })().then(
      () => "done",
      () => "cut short",
    );
    await waitFor("desk 2 is busy", async () => acknowledged.length >= 20);
    await lan.kill(2, "SIGKILL");
    expect(await scanning).toBe("cut short");
    ids.push(...acknowledged);
    const meanwhile = [1, 3].map((desk) => recordAll(lan, desk, makeScans(desk, 10, 20)));
    ids.push(...(await Promise.all(meanwhile)).flat());
    const startedAt = performance.now();
    await lan.startDesk(2);
    // The page sends it again, for it had no answer: recorded or not, it is there once afterwards.
    ids.push(await record(lan, 2, inFlight));
    ids.push(...(await recordAll(lan, 2, makeScans(2, 10, 20))));
    await waitAlike(lan, [1, 2, 3], ids);
    const ms = performance.now() - startedAt;
    console.log(`restarts: killed, started, scanning and alike ${ms.toFixed(0)} ms after the start`);
    const state = await readState(lan, 2);
    expect(state.desk?.run).not.toBe(run);
    // The same desk in another run: still three desks, and no twin.
    const { desks } = (await readState(lan, 1)).desks;
    expect(desks).toHaveLength(3);
    expect(desks.some((desk) => desk.twin)).toBe(false);
  });

  test("a desk that changes its address is linked again", async () => {
    lan.changeAddress(3, "10.77.0.203/24");
    const changedAt = performance.now();
    ids.push(await record(lan, 3, makeCheckout(3, 301)), await record(lan, 1, makeCheckout(1, 302)));
    await waitAlike(lan, [1, 2, 3], ids);
    const ms = performance.now() - changedAt;
    await waitFor("all are linked again", () => everyLinks(lan, 3, 2));
    console.log(`restarts: alike ${ms.toFixed(0)} ms after a change of address`);
  });

  test("a switch port that fails while its light stays on is noticed, and mended", {
    timeout: 120_000,
  }, async () => {
    lan.portBlocked(3);
    const blockedAt = performance.now();
    await waitFor("the cut is noticed", async () => (await countLinks(lan, 3)) === 0);
    await waitFor("by the others too", async () => (await countLinks(lan, 1)) === 1);
    const noticedMs = performance.now() - blockedAt;
    ids.push(await record(lan, 3, makeCheckout(3, 303)), await record(lan, 1, makeCheckout(1, 304)));
    const upAt = performance.now();
    lan.portUp(3);
    await waitAlike(lan, [1, 2, 3], ids);
    const ms = performance.now() - upAt;
    console.log(
      `restarts: a silent cut noticed in ${noticedMs.toFixed(0)} ms, alike ${ms.toFixed(0)} ms after`,
    );
  });

  test("one that joins late with an empty disk gets everything", async () => {
    await joinBranch(lan, 4);
    const startedAt = performance.now();
    await lan.startDesk(4);
    await waitAlike(lan, [1, 2, 3, 4], ids);
    const ms = performance.now() - startedAt;
    console.log(
      `restarts: a late desk has all ${ids.length} transactions ${ms.toFixed(0)} ms after its start`,
    );
    expect(await countLinks(lan, 4)).toBe(3);
    ids.push(await record(lan, 4, makeCheckout(4, 401)));
    await waitAlike(lan, [1, 2, 3, 4], ids);
  });
});
