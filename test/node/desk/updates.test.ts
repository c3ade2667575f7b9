/** An update handed from desk to desk: to whom it goes, when it doesn't, and what becomes of what was changed or cut off. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readOffers } from "../../../src/node/desk/updates.ts";
import type { UpdateOfferView } from "../../../src/node/http/api-operating.ts";
import type { Platform } from "../../../src/node/operating/package-file.ts";
import { createPackageFolder, type PackageFolder } from "../../../src/node/operating/package-folder.ts";
import * as fc from "../../properties.ts";
import { filesOf, makeTar, makeZip, packTar, withSums } from "../operating/packages.ts";
import { countLinked, createWorld, expectDone, type RunningDesk, until, type World } from "./desks.ts";

let folder = "";
let world: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-updates-"));
  world = createWorld();
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

const folderOf = (n: number): string => join(folder, `desk-${n}`);

/** `sends`: what stands between the folder and whoever asks for a package. */
function equip(
  n: number,
  {
    version = "0.1.0",
    platform = "linux-x64" as Platform,
    sends = (read: PackageFolder["read"]) => read,
  } = {},
): void {
  const real = createPackageFolder(folderOf(n));
  const place = world.pc(n);
  place.packages = { platform, folder: { ...real, read: sends(real.read) } };
  place.program = { version };
}

async function packageFile(bytes: Buffer): Promise<string> {
  const path = join(folder, "package");
  await writeFile(path, bytes);
  return path;
}

async function offerOf(desk: RunningDesk): Promise<UpdateOfferView | undefined> {
  return expectDone(await desk.updates()).offers[0];
}

const isHere = (desk: RunningDesk) => async () => (await offerOf(desk))?.state === "here";

function mislabelled(): Buffer {
  return packTar("deskmesh-0.3.0-linux-x64", withSums(filesOf("0.2.0", "linux-x64", 2_000)));
}

it("brings the very bytes to each desk of that system with an older version, and to no other", async () => {
  equip(1, { version: "0.2.0" });
  equip(2);
  equip(3, { platform: "win-x64" });
  equip(4, { version: "0.2.0" });
  const desks = [await world.start(1), await world.start(2), await world.start(3), await world.start(4)];
  const bytes = makeTar("0.2.0");
  const offered = expectDone(await desks[0]!.offerUpdate(await packageFile(bytes), "mk"));
  expect(offered.offers).toMatchObject([{ version: "0.2.0", by: "mk", state: "here", newer: false }]);
  await until("it is at desk 2", isHere(desks[1]!));
  const { file = "", newer } = (await offerOf(desks[1]!))!;
  expect([newer, (await readFile(file)).equals(bytes)]).toEqual([true, true]);
  for (const other of [desks[2]!, desks[3]!]) {
    await until("it has heard of it", async () => (await offerOf(other)) !== undefined);
    expect(await offerOf(other)).toMatchObject({ state: "not-needed", have: 0, newer: false });
  }
  expect(await readdir(folder)).not.toContain("desk-3");
  expect(await desks[1]!.audit()).toContainEqual(
    expect.objectContaining({ by: "mk", text: "Version 0.2.0 was offered to all desks" }),
  );
  // One that came passes it on, too.
  await desks[0]!.close();
  equip(5);
  await until("it is at a desk that came later", isHere(await world.start(5)));
});

it("goes on where it stopped", async () => {
  const asked: number[] = [];
  const pieces = 20;
  equip(1, {
    sends: (read) =>
      async function* (sha256, from) {
        asked.push(from);
        for await (const piece of read(sha256, from))
          for (let at = 0; at < piece.length; at += 10_000) {
            yield piece.subarray(at, at + 10_000);
            await sleep(10);
          }
      },
  });
  equip(2);
  const [one, two] = [await world.start(1), await world.start(2)];
  const bytes = makeTar("0.2.0", "linux-x64", pieces * 10_000);
  expectDone(await one.offerUpdate(await packageFile(bytes)));
  await until("some of it is here", async () => ((await offerOf(two))?.have ?? 0) > 20_000);
  await two.close();
  const again = await world.start(2);
  await until("it is here", isHere(again));
  expect(asked).toHaveLength(2);
  expect(asked[1]).toBeGreaterThan(20_000);
  expect((await readFile((await offerOf(again))!.file!)).equals(bytes)).toBe(true);
});

it("throws away what is not what was offered, and takes the right bytes when they come", async () => {
  let isChanged = true;
  equip(1, {
    sends: (read) =>
      async function* (sha256, from) {
        for await (const piece of read(sha256, from)) {
          const sent = Buffer.from(piece);
          if (isChanged) sent[7] = sent[7]! ^ 1;
          yield sent;
        }
      },
  });
  equip(2);
  const [one, two] = [await world.start(1), await world.start(2)];
  expectDone(await one.offerUpdate(await packageFile(makeTar())));
  await until("it was looked at", () =>
    two.pc.said.includes("Desk 1 sent another package than was offered: thrown away, and fetched again."),
  );
  expect(await readdir(folderOf(2))).toEqual([]);
  expect((await offerOf(two))?.state).toBe("on-its-way");
  isChanged = false;
  // Each word of the branch makes a desk look again, and so does time.
  expectDone(await one.offerUpdate(join(folder, "package")));
  await until("it is here", isHere(two));
});

it("hands nothing over while an outage is open", async () => {
  equip(1);
  equip(2);
  const [one, two] = [await world.start(1), await world.start(2)];
  await until("they are linked", () => countLinked(one) === 1 && countLinked(two) === 1);
  const path = await packageFile(makeTar());
  expectDone(await one.moveOutage("open", {}, "mk"));
  expect(await one.offerUpdate(path)).toMatchObject({
    kind: "conflict",
    text: expect.stringContaining("outage is open"),
  });
  expectDone(await one.moveOutage("close", {}, "mk"));
  // Offered, and an outage opens before the other desk is there to fetch it.
  await two.close();
  expectDone(await one.offerUpdate(path));
  expectDone(await one.moveOutage("open", {}, "mk"));
  const back = await world.start(2);
  await until("it has heard of it", async () => (await offerOf(back)) !== undefined);
  await sleep(300);
  expect(expectDone(await back.updates())).toMatchObject({
    hold: expect.stringContaining("outage is open"),
    offers: [{ state: "on-its-way", have: 0 }],
  });
  expectDone(await one.moveOutage("close", {}, "mk"));
  await until("it is here", isHere(back));
});

it.each([
  ["half a package", makeTar().subarray(0, 200_000), /Not a whole package: it is cut off/],
  ["something else", Buffer.from("x".repeat(500)), /expected a package of Deskmesh/],
  [
    "a package that is another version inside",
    mislabelled(),
    /named deskmesh 0.3.0 and holds deskmesh 0.2.0/,
  ],
  ["an older version", makeTar("0.1.9"), /This is version 0.1.9, and this desk runs 0.2.0/],
])("refuses %s, and keeps nothing of it", async (_what, bytes, text) => {
  equip(1, { version: "0.2.0" });
  const one = await world.start(1);
  expect(await one.offerUpdate(await packageFile(bytes))).toEqual({
    kind: "refused",
    refusal: { kind: "package", text: expect.stringMatching(text) },
  });
  expect(await one.offerUpdate(join(folder, "none"))).toMatchObject({
    refusal: { text: "The file can't be read (ENOENT). Nothing was offered." },
  });
  expect(expectDone(await one.updates()).offers).toEqual([]);
  expect(await readdir(folderOf(1))).toEqual([]);
});

it("offers one package for each system, the last one counts, and one word takes them back everywhere", async () => {
  equip(1);
  equip(2);
  const [one, two] = [await world.start(1), await world.start(2)];
  for (const bytes of [makeTar("0.2.0"), makeZip("0.2.0"), makeTar("0.3.0")]) {
    // What else the branch says meanwhile makes desks look, and tidy.
    const said = [1, 2, 3].map((n) =>
      one.staff.changeSettings({ privacyMinutes: n + (bytes.length % 50) }, "mk"),
    );
    expectDone(await one.offerUpdate(await packageFile(bytes)));
    await Promise.all(said);
  }
  expect(expectDone(await one.updates()).offers).toMatchObject([
    { platform: "linux-x64", version: "0.3.0" },
    { platform: "win-x64", version: "0.2.0" },
  ]);
  await until("the last one is there", isHere(two));
  await until("and no other", async () => (await readdir(folderOf(2))).length === 1);
  expect(expectDone(await one.withdrawUpdate("mk")).offers).toEqual([]);
  for (const n of [1, 2])
    await until("nothing is kept", async () => (await readdir(folderOf(n))).length === 0);
});

it("reads an offer out of whatever another version may have written, or none", () => {
  const hash = "ab".repeat(32);
  const near = fc.record(
    {
      version: fc.oneof(fc.constant("0.2.0"), fc.string()),
      sha256: fc.oneof(fc.constant(hash), fc.string()),
      size: fc.oneof(fc.integer(), fc.double()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(near, fc.jsonValue()), (value) => {
      for (const { version, sha256, size } of readOffers(new Map([["packageLinuxX64", { value, at: 1 }]]))) {
        expect(version).toMatch(/^\d+\.\d+\.\d+$/);
        expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(Number.isSafeInteger(size) && size > 0).toBe(true);
      }
    }),
  );
  const good = { version: "0.2.0", sha256: hash, size: 5 };
  expect(readOffers(new Map([["packageWinX64", { value: good, at: 1 }]]))).toEqual([
    { ...good, platform: "win-x64", at: 1 },
  ]);
});
