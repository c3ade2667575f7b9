/**
 * The small files of the identity folder, damaged: a desk that can't be sure who it is says so and changes nothing; all
 * else that these files hold is a hint, without which it starts.
 */

import { afterAll, beforeAll, expect, it } from "vitest";
import { linkIdentityName, loadLinkIdentity } from "../../src/node/certificate.ts";
import type { Vault } from "../../src/node/ports.ts";
import { createMemoryVault } from "../../src/node/ports-memory.ts";
import {
  checkout,
  createWorld,
  expectDone,
  linked,
  readAll,
  record,
  type World,
} from "../node/desk/desks.ts";
import * as fc from "../properties.ts";
import { mutatedBytes, runs } from "./mutations.ts";
import { patronData } from "./patron-data.ts";

/** Who this desk is, and what its logs are encrypted with. */
const vital = /^(branch\.json|signing-key|link\.pem|wrapping-key-\d+)$/;

let world: World;
let files: ReadonlyMap<string, string>;
let rows: readonly string[];
beforeAll(async () => {
  world = createWorld();
  const one = await world.start(1);
  const two = await world.start(2);
  await linked(one, two);
  for (let i = 0; i < 5; i++) await record(one, checkout(`3319100000000${i}`));
  expectDone(await one.invite(60_000));
  await one.staff.signIn("nobody", "1234");
  rows = await readAll(one);
  await two.close();
  await one.close();
  files = await readFiles(world.pc(1).vault);
});
afterAll(() => world?.end());

async function readFiles(vault: Vault): Promise<ReadonlyMap<string, string>> {
  const names = [...(await vault.names())].sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, (await vault.read(name)) ?? ""] as const)),
  );
}

async function fillVault(changed: string, text: string): Promise<Vault> {
  const vault = createMemoryVault();
  for (const [name, content] of files) await vault.write(name, name === changed ? text : content);
  return vault;
}

it("a certificate with a changed letter is damaged, or the same", async () => {
  const vault = createMemoryVault();
  const made = await loadLinkIdentity(vault);
  const pem = Buffer.from((await vault.read(linkIdentityName))!);
  await fc.assert(
    fc.asyncProperty(mutatedBytes([pem]), async (bytes) => {
      await vault.write(linkIdentityName, Buffer.from(bytes).toString());
      const loaded = await loadLinkIdentity(vault).catch((error: Error) => error.message);
      if (typeof loaded === "string")
        expect(loaded).toContain(`${linkIdentityName} in the identity folder is damaged`);
      else expect(loaded.fingerprint).toBe(made.fingerprint);
    }),
    runs(300, 5_000),
  );
});

it("start the desk with all its scans, or are named and left as they are", async () => {
  const names = [...files.keys()];
  expect(names).toEqual(
    expect.arrayContaining(["branch.json", "desks.json", "signing-key", "wrapping-key-1"]),
  );
  const tally = { started: 0, refused: 0 };
  const damaged = fc
    .constantFrom(...names)
    .chain((name) =>
      mutatedBytes([Buffer.from(files.get(name)!)]).map(
        (bytes) => [name, Buffer.from(bytes).toString()] as const,
      ),
    );
  await fc.assert(
    fc.asyncProperty(damaged, async ([name, text]) => {
      if (text.trim() === files.get(name)!.trim()) return;
      const pc = world.pc(1);
      pc.vault = await fillVault(name, text);
      const before = await readFiles(pc.vault);
      let desk: Awaited<ReturnType<World["start"]>>;
      try {
        desk = await world.start(1, []);
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        expect(said).toContain(name);
        expect(said).toContain("damaged");
        expect(said).not.toMatch(patronData);
        expect(name).toMatch(vital);
        expect(await readFiles(pc.vault)).toEqual(before);
        tally.refused += 1;
        return;
      }
      expect(name, text).not.toMatch(vital);
      expect(await readAll(desk)).toEqual(rows);
      await desk.close();
      tally.started += 1;
    }),
    runs(120, 3_000),
  );
  console.log(`identity folder: ${tally.started} started, ${tally.refused} refused`);
}, 1_800_000);
