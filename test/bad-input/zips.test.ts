/**
 * Hostile zip files at the real process, uploaded and named by their path: each refused with a clear word, nothing has
 * changed, nothing is left of them on the disk, and the next good one is taken.
 */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { killAll, type Node, startNode } from "../kill/process.ts";
import { newId } from "../node/desk/desks.ts";
import { makeZip, type ZipEntry } from "../node/snapshot/zips.ts";

let folder: string;
let node: Node;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskmesh-zips-"));
  node = await startNode(join(folder, "data"));
  await node.found();
  const reply = await upload(makeZip([good]));
  expect(reply.status, await reply.text()).toBe(201);
});
afterAll(async () => {
  await killAll();
  await rm(folder, { recursive: true, force: true });
});

const good: ZipEntry = { name: "items.csv", content: "barcode,title\n33191000000002,A title\n" };
const link: ZipEntry = { name: "patrons.csv", content: "/etc/passwd", stored: true, mode: 0o120777 };
const zeros = Buffer.alloc(64 * 1024 ** 2);
/** Each of them could be a row. */
const rows = `barcode,title\n${"33191000000002,A title\n".repeat(500_000)}`;
const manyNames = Array.from({ length: 10_000 }, (_, n) => ({ name: `${n}.csv`, content: "" }));

function upload(bytes: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${node.url}/api/snapshots`, {
    method: "POST",
    headers: { authorization: `Bearer ${node.token}`, "content-type": "application/zip", ...headers },
    body: bytes,
  });
}

async function byPath(bytes: Uint8Array): Promise<Response> {
  const path = join(folder, `${newId()}.zip`);
  await writeFile(path, bytes);
  return node.api("POST", "/api/snapshots", { path });
}

/** What there is of snapshots: as told, and on the disk with the keys. */
async function everything(): Promise<unknown> {
  const told = await (await node.api("GET", "/api/snapshots")).json();
  const data = join(folder, "data");
  const names = async (of: string) => (await readdir(join(data, of))).sort();
  const outside = (await readdir(tmpdir())).filter(
    (name) => /zip|upload/i.test(name) && !name.startsWith("deskmesh-"),
  );
  return [told, await names("snapshots"), await names("keys"), await names("."), outside];
}

const hostile: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
  [
    "a name that climbs",
    () => makeZip([good, { name: "../../patrons.csv", content: "x" }]),
    /out of its folder/,
  ],
  [
    "a name that climbs by backslashes",
    () => makeZip([{ ...good, name: "..\\items.csv" }]),
    /out of its folder/,
  ],
  [
    "an absolute name",
    () => makeZip([good, { name: "/etc/patrons.csv", content: "x" }]),
    /out of its folder/,
  ],
  [
    "a name with a drive",
    () => makeZip([good, { name: "C:/patrons.csv", content: "x" }]),
    /out of its folder/,
  ],
  [
    "a name with a zero byte",
    () => makeZip([good, { name: "patrons.csv\0.txt", content: "x" }]),
    /out of its folder/,
  ],
  ["a symbolic link", () => makeZip([good, link]), /a link/],
  ["a device", () => makeZip([good, { ...link, mode: 0o020666 }]), /no file/],
  ["a password", () => makeZip([{ ...good, flags: 1 }]), /password/],
  ["strong encryption", () => makeZip([{ ...good, flags: 0x41 }]), /password/],
  ["one name twice", () => makeZip([good, good]), /two files of one name/],
  [
    "one name in capitals too",
    () => makeZip([good, { ...good, name: "ITEMS.CSV" }]),
    /two files of one name/,
  ],
  ["two snapshots in it", () => makeZip([good, { ...good, name: "old/items.csv" }]), /several folders/],
  [
    "a zip within",
    () => makeZip([good, { name: "more.zip", content: makeZip([good]) }]),
    /another packed file/,
  ],
  ["a zip called items.csv", () => makeZip([{ ...good, content: makeZip([good]) }]), /items\.csv/],
  ["a bomb that says so", () => makeZip([{ ...good, content: zeros }]), /far larger/],
  [
    "a bomb of the greatest declared size",
    () => makeZip([good, { name: "a", content: "", says: { size: 0xfffffffe, packed: 0x7fffffff } }]),
    /GiB|overlap/,
  ],
  [
    "a bomb that says it is small",
    () => makeZip([{ ...good, content: rows, says: { size: 900_000 } }]),
    /larger than the zip file says/,
  ],
  [
    "files that share their bytes",
    () => makeZip([{ name: "notes", content: Buffer.alloc(40_000, "ab"), stored: true }, ...overlapping()]),
    /overlap/,
  ],
  ["10,000 files", () => makeZip([good, ...manyNames]), /10001 files/],
  ["an unknown way of packing", () => makeZip([{ ...good, method: 12 }]), /isn't read here/],
  ["bytes that aren't its own", () => makeZip([{ ...good, says: { crc: 7 } }]), /damaged/],
  [
    "a stream that isn't deflated",
    () => makeZip([{ ...good, content: Buffer.alloc(30, 255), stored: true, method: 8 }]),
    /damaged/,
  ],
  ["its end cut off", () => makeZip([good]).subarray(0, -30), /no zip file, or it is cut short/],
  ["its beginning cut off", () => makeZip([good]).subarray(40), /zip file/],
  ["a bare CSV file", () => Buffer.from("barcode,title\n1,x\n"), /no zip file/],
  ["nothing", () => Buffer.alloc(0), /no zip file/],
  ["raw deflate", () => deflateRawSync(Buffer.from("barcode,title\n1,x\n")), /no zip file/],
];

function overlapping(): ZipEntry[] {
  const entry = (n: number): ZipEntry => ({
    name: `n${n}`,
    content: Buffer.alloc(40_000, "ab"),
    stored: true,
    shares: true,
  });
  return Array.from({ length: 50 }, (_, n) => entry(n));
}

it.each(hostile)("%s", async (_name, make, text) => {
  const before = await everything();
  const bytes = make();
  for (const send of [upload, byPath]) {
    const reply = await send(bytes);
    const said = await reply.text();
    expect({ status: reply.status, said }).toEqual({ status: 422, said: expect.stringMatching(text) });
    expect(said).not.toMatch(/ at .*\.js:|node_modules|passwd/);
    expect(await everything()).toEqual(before);
  }
  expect(node.said.err).not.toMatch(/fault|yauzl/);
});

it("an upload that is said to be, or is, too large: refused", async () => {
  const before = await everything();
  const reply = await fetch(`${node.url}/api/snapshots`, {
    method: "POST",
    headers: { authorization: `Bearer ${node.token}`, "content-type": "application/zip" },
    body: new Blob(Array.from({ length: 5 }, () => zeros)),
  }).catch(() => null);
  // The node may hang up while the rest is still being sent.
  if (reply) expect(reply.status).toBe(413);
  expect(await everything()).toEqual(before);
});

it("an upload that breaks off: nothing is left of it", async () => {
  const before = await everything();
  const zip = makeZip([{ ...good, content: Buffer.alloc(600_000, "x"), stored: true }]);
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(zip.subarray(0, 300_000));
      controller.error(new Error("the sender is gone"));
    },
  });
  const init = { method: "POST", duplex: "half", body } as RequestInit;
  const headers = { authorization: `Bearer ${node.token}`, "content-type": "application/zip" };
  await expect(fetch(`${node.url}/api/snapshots`, { ...init, headers })).rejects.toThrow();
  await expect.poll(everything, { timeout: 10_000 }).toEqual(before);
});

it("nobody's, a compressed or a form's upload: not taken", async () => {
  const before = await everything();
  const zip = makeZip([good]);
  const refused: readonly (readonly [Record<string, string>, number])[] = [
    [{ authorization: "Bearer wrong" }, 401],
    [{ "content-encoding": "gzip" }, 415],
    [{ "content-type": "application/zip; boundary=x" }, 415],
    [{ "content-type": "multipart/form-data; boundary=x" }, 415],
    [{ origin: "http://library.example" }, 403],
  ];
  for (const [headers, status] of refused)
    expect((await upload(zip, headers)).status, JSON.stringify(headers)).toBe(status);
  expect(await everything()).toEqual(before);
});

it("a good one, in the end", async () => {
  const item = { ...good, content: "barcode,title\n33191000000888,Uploaded\n" };
  const stated = { name: "x/snapshot.json", content: '{"takenAt":"2026-03-02T05:30:00Z"}' };
  const reply = await upload(makeZip([{ ...item, name: "x/items.csv" }, stated]));
  expect(reply.status, await reply.text()).toBe(201);
  const found = (await (await node.api("GET", "/api/items/33191000000888")).json()) as { title?: string };
  expect(found.title).toBe("Uploaded");
});
