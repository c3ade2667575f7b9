/** What a node says: readable to the terminal, as JSON to files of bounded size, on a sound disk and on a broken one. */
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  fileMegabytes,
  keptFiles,
  messagesFolder,
  openMessages,
} from "../../../src/node/operating/messages.ts";

let dataDir = "";
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "deskmesh-messages-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

async function listen(quiet = false) {
  const terminal: string[] = [];
  const messages = await openMessages({ dataDir, quiet, terminal: (line) => terminal.push(line) });
  return { ...messages, terminal };
}

/** The end of a file, longer than a line of these tests. */
async function readLast(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 2_000);
    return (await file.read(Buffer.alloc(length), 0, length, size - length)).buffer.toString();
  } finally {
    await file.close();
  }
}

async function readLines(): Promise<readonly Record<string, unknown>[]> {
  const names = await readdir(messagesFolder(dataDir));
  const texts = await Promise.all(names.map((name) => readFile(join(messagesFolder(dataDir), name), "utf8")));
  return texts.flatMap((text) => text.trimEnd().split("\n")).map((line) => JSON.parse(line));
}

it("says the same to people and to programs, over restarts, and only its owner may read it", async () => {
  const first = await listen();
  first.log("Linked with Desk 2.");
  first.log("fault 12ab in get a page: Error", "error");
  await first.close();
  const second = await listen();
  second.log("mDNS: no route", "warn");
  await second.close();
  expect([...first.terminal, ...second.terminal]).toEqual([
    "Linked with Desk 2.",
    "fault 12ab in get a page: Error",
    "mDNS: no route",
  ]);
  const lines = await readLines();
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
    ["info", "Linked with Desk 2."],
    ["error", "fault 12ab in get a page: Error"],
    ["warn", "mDNS: no route"],
  ]);
  for (const { time, ...rest } of lines) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    // Neither this PC's name nor a number of its process: the file may be handed to somebody.
    expect(Object.keys(rest)).toEqual(["level", "msg"]);
  }
  const [name = ""] = await readdir(messagesFolder(dataDir));
  expect((await stat(join(messagesFolder(dataDir), name))).mode & 0o777).toBe(0o600);
});

it("tells a quiet terminal errors alone, and the file all", async () => {
  const { log, close, terminal } = await listen(true);
  log("one");
  log("two", "warn");
  log("three", "error");
  await close();
  expect(terminal).toEqual(["three"]);
  expect(await readLines()).toHaveLength(3);
});

it("keeps the newest lines, and never more than its files may hold", async () => {
  const text = "x".repeat(1_000);
  const lines = (fileMegabytes * 1_000 + 500) * (keptFiles + 2);
  let said = 0;
  const isKept = async (number: number) => {
    const lasts = await Promise.all(
      (await readdir(messagesFolder(dataDir))).map((name) => readLast(join(messagesFolder(dataDir), name))),
    );
    return lasts.some((last) => last.includes(`"${number} x`));
  };
  const untilKept = (number: number) =>
    expect.poll(() => isKept(number), { timeout: 60_000, interval: 2 }).toBe(true);
  // As after several starts: the files of earlier ones count, too.
  for (let run = 0; run < 2; run++) {
    const { log, close } = await listen(true);
    for (; said < (lines * (run + 1)) / 2; said++) {
      log(`${said} ${text}`);
      // A file is left for the next one once nothing waits for the disk, which a node's few lines always come to; a
      // slow disk must be waited for here.
      if (said % 200 === 0) await untilKept(said);
    }
    // Closing waits for the disk half a second and no longer.
    await untilKept(said - 1);
    await close();
  }
  const names = await readdir(messagesFolder(dataDir));
  expect(names.length).toBeLessThanOrEqual(keptFiles);
  const sizes = await Promise.all(names.map((name) => stat(join(messagesFolder(dataDir), name))));
  // A file is ended by the write that fills it.
  for (const { size } of sizes) expect(size).toBeLessThan(fileMegabytes * 1_048_576 + 1_000_000);
  const numbers = (await readLines()).map(({ msg }) => Number(String(msg).split(" ")[0]));
  expect(Math.max(...numbers)).toBe(said - 1);
});

it("goes on at the terminal where the disk takes no lines, and says so once", async () => {
  await writeFile(messagesFolder(dataDir), "a file where the folder should be");
  const { log, close, terminal } = await listen();
  log("one");
  log("two");
  await close();
  expect(terminal.filter((line) => /can't be kept in .*messages/.test(line))).toHaveLength(1);
  expect(terminal.filter((line) => line === "one" || line === "two")).toEqual(["one", "two"]);
});
