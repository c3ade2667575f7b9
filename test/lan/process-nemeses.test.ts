/** What happens to a desk's process and its disk on such a day. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { noneBytes } from "../../src/node/operating/disk-space.ts";
import type { Lan } from "./bench.ts";
import { buildDiskShim, type DiskShim, lackOfCompiler } from "./disk-shim.ts";
import { aWhile, face, type Nemesis, pick, type Scene } from "./nemesis.ts";
import { readState, waitFor } from "./scans.ts";

face({
  name: "killed and stopped",
  quick: true,
  async act({ lan, desks }) {
    for (let i = 0; i < 2; i += 1) {
      const [killed, stopped] = [pick(desks), pick(desks)];
      lan.signal(stopped, "SIGSTOP");
      await aWhile(50, 400);
      await lan.kill(killed);
      await aWhile(50, 1_500);
      lan.signal(stopped, "SIGCONT");
      await lan.startDesk(killed);
      await aWhile(100, 800);
    }
  },
});

/** Whose disk it is, in all that follow. */
const desk = 3;

/** Says NOT SAVED in its state, or what else is `meant`; a scan gets 503 from now on. */
async function saysNotSaved(lan: Lan, meant = "NOT SAVED"): Promise<void> {
  await waitFor("the desk says NOT SAVED", async () => {
    const { fault } = await readState(lan, desk);
    return fault !== undefined && (fault.text.includes("NOT SAVED") || fault.kind === meant);
  });
  expect((await lan.api(desk, "GET", "/readyz")).status).toBe(503);
}

/** With room for a desk that keeps some free for its log. */
const smallDisk = noneBytes + 60 * 1024 * 1024;

face({
  name: "a disk that fills",
  quick: true,
  lay(lan) {
    mkdirSync(lan.dataDir(desk), { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${smallDisk}`, "tmpfs", lan.dataDir(desk)]);
  },
  clean: (lan) => void execFileSync("umount", [lan.dataDir(desk)]),
  async act({ lan, round }) {
    const ballast = join(lan.dataDir(desk), "ballast");
    const { bavail, bsize } = statfsSync(lan.dataDir(desk));
    // Some scans still fit, and the first that doesn't may be anywhere.
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - (8 + 4 * (round % 5)) * 1024)));
    // A write fails, or the desk sees before that there is no room.
    await saysNotSaved(lan, "disk-full");
    await aWhile(100, 500);
    rmSync(ballast);
    // Space alone doesn't make it go on at once: what a failed write left behind is known only after a restart.
    expect((await readState(lan, desk)).ready).toBe(false);
    await lan.kill(desk, pick(["SIGTERM", "SIGKILL"] as const));
    await lan.startDesk(desk);
    expect((await readState(lan, desk)).ready).toBe(true);
    await aWhile(200, 500);
  },
});

/** A nemesis of the disk's syncs: the desk's node runs under the shim, and is started anew at each round's end. */
function onShim(name: string, act: (scene: Scene, disk: DiskShim) => Promise<void>): Nemesis {
  const lack = lackOfCompiler();
  let disk: DiskShim | undefined;
  const restart = async (lan: Lan): Promise<void> => {
    disk?.set("honest");
    disk?.forget();
    await lan.startDesk(desk, [], disk?.env);
  };
  return {
    name,
    lack,
    clean: () => disk?.remove(),
    async prepare({ lan }) {
      disk = buildDiskShim();
      await lan.kill(desk);
      await restart(lan);
    },
    async act(scene) {
      const { lan } = scene;
      if (disk === undefined) throw new Error("there is no shim");
      await act(scene, disk);
      await lan.kill(desk);
      await restart(lan);
      await aWhile(200, 500);
    },
  };
}

face(
  onShim("syncs that fail", async ({ lan, round }, disk) => {
    disk.set(round % 2 === 0 ? "once" : "fail");
    await saysNotSaved(lan);
    // One sync that fails is enough, though the next would work: nobody knows what is on the disk.
    await aWhile(200, 800);
    await saysNotSaved(lan);
  }),
);

face({
  ...onShim("syncs that lie, and the power goes", async ({ lan, oracle, desks }, disk) => {
    await oracle.during(desks, async () => {
      await aWhile(100, 400);
      // However slow the machine is: something is on the disk, and something is only said to be.
      await oracle.scan(desk);
      disk.set("lie");
      await oracle.scan(desk);
      await aWhile(300, 1_500);
    });
    // What only a lying disk has is lost with it; promised is that the others give back what they were given.
    await oracle.check(desks);
    await oracle.during([1, 2], async () => {
      await lan.kill(desk);
      expect(disk.losePower()).toBeGreaterThan(0);
      await aWhile(0, 300);
    });
  }),
  clerks: false,
});
