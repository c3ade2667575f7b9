/** Scans at both ends while the link between them comes up: the moment at which a sync protocol loses or doubles. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLan, type Lan, lanLack, showOutputOnFailure } from "./bench.ts";
import { countLinks, makeCheckout, pause, record, startBranch, waitAlike, waitFor } from "./scans.ts";

const ROUNDS = process.env.DESKMESH_FULL === "1" ? 50 : 5;

describe.skipIf(lanLack() !== null)("a busy connect", () => {
  let lan: Lan;
  beforeAll(async () => {
    lan = await createLan({ desks: 2 });
    await startBranch(lan, 2);
  });
  afterAll(() => lan?.destroy());
  showOutputOnFailure(() => lan, 2);

  test(`${ROUNDS} times: no scan is lost, none is doubled`, { timeout: ROUNDS * 30_000 }, async () => {
    const ids: string[] = [];
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      // By turns a desk that was restarted and a cable that was put back.
      const scanned = round % 2 === 0 ? await acrossRestart(lan, round) : await acrossCut(lan, round);
      ids.push(...scanned);
      await waitAlike(lan, [1, 2], ids);
      took.push(performance.now() - startedAt);
    }
    const slowest = Math.max(...took);
    console.log(
      `busy connect: ${ROUNDS} rounds, ${ids.length} scans, slowest round ${slowest.toFixed(0)} ms, all alike`,
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

async function acrossRestart(lan: Lan, round: number): Promise<readonly string[]> {
  await lan.kill(2, "SIGKILL");
  await waitFor("desk 1 has noticed", async () => (await countLinks(lan, 1)) === 0);
  const one = keepScanning(lan, 1, round);
  await lan.startDesk(2);
  const two = keepScanning(lan, 2, round);
  return stopOnceLinked(lan, [one, two]);
}

async function acrossCut(lan: Lan, round: number): Promise<readonly string[]> {
  lan.portDown(2);
  await waitFor(
    "both have noticed",
    async () => (await countLinks(lan, 1)) === 0 && (await countLinks(lan, 2)) === 0,
  );
  const scanning = [keepScanning(lan, 1, round), keepScanning(lan, 2, round)];
  lan.portUp(2);
  return stopOnceLinked(lan, scanning);
}

interface Scanning {
  /** Ends after the scan under way; gives the acknowledged ids, or what went wrong. */
  stop(): Promise<readonly string[]>;
}

/** One scan after the other, with hardly a breath between. */
function keepScanning(lan: Lan, desk: number, round: number): Scanning {
  const ids: string[] = [];
  let going = true;
  const run = async (): Promise<void> => {
    for (let n = 0; going; n += 1) {
      ids.push(await record(lan, desk, makeCheckout(n % 50, desk * 1_000_000 + round * 10_000 + n)));
      await pause(15);
    }
  };
  const ended = run();
  // Told by `stop`: until then nobody waits for it.
  ended.catch(() => undefined);
  return {
    async stop() {
      going = false;
      await ended;
      return ids;
    },
  };
}

async function stopOnceLinked(lan: Lan, scanning: readonly Scanning[]): Promise<readonly string[]> {
  await waitFor(
    "linked again",
    async () => (await countLinks(lan, 1)) === 1 && (await countLinks(lan, 2)) === 1,
  );
  // On through the handshake's end too.
  await pause(200);
  return (await Promise.all(scanning.map((one) => one.stop()))).flat();
}
