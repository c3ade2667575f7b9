/**
 * What is heard at the wire while two desks work: every byte of their links and of a snapshot's way goes through a proxy that
 * keeps it, and no barcode, name or title is in it. The same search finds each of them where nothing is encrypted.
 */
import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  agree,
  checkout,
  createWorld,
  expectDone,
  linked,
  newId,
  record,
  until,
  type World,
} from "../node/desk/desks.ts";
import { sampleFolder } from "../node/snapshot/stores.ts";
import { createRecorder, findTexts, type Recorder } from "./recorder.ts";

const numbers = Array.from({ length: 50 }, (_, n) => String(n).padStart(2, "0"));
const cards = numbers.map((n) => `29988770011${n}1`);
const surnames = numbers.map((n) => `Plántagenet${n}ß`);
const items = numbers.map((n) => `39988770022${n}2`);
const titles = numbers.map((n) => `Zanzibar Almanac ${n}`);
const registered = { card: "29988770099998", surname: "Vanderbroeck-Ochoa", birth: "1969-02-14" };
const planted = [...cards, ...surnames, ...items, ...titles, ...Object.values(registered)];

let folder: string;
let recorder: Recorder;
let world: World;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-recording-"));
  recorder = createRecorder();
  world = createWorld({ overTls: true, before: recorder.before });
});
afterEach(async () => {
  await world.end();
  await recorder.close();
  await rm(folder, { recursive: true, force: true });
});

/** The sample library with the planted patrons and items in it. */
async function writeLibrary(): Promise<string> {
  await cp(sampleFolder, folder, { recursive: true });
  const patron = (_: string, n: number) =>
    `${cards[n]},${surnames[n]},Ada,Adult,RIV,2030-01-01,1969-02-14,,,,,\n`;
  const item = (_: string, n: number) => `${items[n]},${titles[n]},,,book,,RIV,available,,,,t9${n}\n`;
  await appendFile(join(folder, "patrons.csv"), numbers.map(patron).join(""));
  await appendFile(join(folder, "items.csv"), numbers.map(item).join(""));
  return folder;
}

describe("the wire between two desks", () => {
  it("tells nothing of 50 scans, a registration and a snapshot", async () => {
    const one = await world.start(1);
    const library = await writeLibrary();
    expectDone(await one.importSnapshot(library));
    // Its package says at least as much as its items.
    const size = (await readFile(join(library, "items.csv"))).length;
    const two = await world.start(2);
    await linked(one, two);
    await until("the snapshot is at desk 2", () => two.snapshots()[0]?.state === "in-force", 20_000);
    for (const [n, item] of items.entries())
      await record(n % 2 === 0 ? one : two, checkout(item, cards[n]!), "MK");
    const fields = { surname: registered.surname, given_names: "Ada", birth_date: registered.birth };
    await record(two, { id: newId(), kind: "registration", patron: registered.card, fields });
    await agree([one, two], 51);
    // It went over the wire, and is at both ends.
    expect((await two.patron(cards[7]!)).name).toBe(`Ada ${surnames[7]}`);
    expect((await one.patron(registered.card)).name).toContain(registered.surname);
    const heard = recorder.heard();
    const bytes = heard.reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeGreaterThan(size + 51 * 100);
    // Both directions of the links carried something.
    expect(heard.filter(({ length }) => length > 1_000).length).toBeGreaterThan(3);
    expect(findTexts(heard, planted)).toEqual([]);
  });
});

describe("the search", () => {
  const dresses: readonly (readonly [string, (text: string) => Buffer])[] = [
    ["UTF-8", (text) => Buffer.from(text)],
    ["Latin-1", (text) => Buffer.from(text, "latin1")],
    ["UTF-16, low byte first", (text) => Buffer.from(text, "utf16le")],
    ["UTF-16, high byte first", (text) => Buffer.from(text, "utf16le").swap16()],
    ["hex", (text) => Buffer.from(Buffer.from(text).toString("hex"))],
    ["hex in capitals", (text) => Buffer.from(Buffer.from(text).toString("hex").toUpperCase())],
    ["base64", (text) => Buffer.from(Buffer.from(`.${text}.`).toString("base64"))],
    ["base64url, shifted", (text) => Buffer.from(Buffer.from(`..${text}..`).toString("base64url"))],
    ["zlib", (text) => deflateSync(Buffer.from(`{"patron":"${text}"}`))],
    ["gzip", (text) => gzipSync(Buffer.from(`{"patron":"${text}"}`))],
    ["zlib within base64", (text) => deflateSync(Buffer.from(Buffer.from(text).toString("base64")))],
  ];
  it.each(dresses)("finds each text over a bare connection as %s", async (_name, dress) => {
    const bare = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve));
    const { port } = bare.address() as { port: number };
    const socket = connect({ host: "127.0.0.1", port: await recorder.before(port) });
    const noise = Buffer.alloc(997, "deskmesh");
    const said = Buffer.concat(planted.flatMap((text) => [noise, dress(text)]));
    socket.end(said);
    await until("it is recorded", () => recorder.heard().some(({ length }) => length === said.length));
    expect(findTexts(recorder.heard(), planted)).toEqual(planted);
    expect(findTexts(recorder.heard(), ["29988770055555", "Nobody Atall"])).toEqual([]);
    socket.destroy();
    await new Promise((resolve) => bare.close(resolve));
  });
});
