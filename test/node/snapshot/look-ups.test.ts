import { expect, it } from "vitest";
import { createLookUps } from "../../../src/node/snapshot/look-ups.ts";

const parse = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** A database in which every key but `none` has itself as its value; fails while told to. */
function createSource() {
  const calls: string[][] = [];
  const source = {
    calls,
    fails: false,
    async getMany(keys: readonly string[]) {
      calls.push([...keys]);
      if (source.fails) throw new Error("EIO");
      return keys.map((key) => (key === "none" ? undefined : Buffer.from(key)));
    },
    async *slices() {
      yield [["a", Buffer.from("1")] as const, ["b", Buffer.from("2")] as const];
    },
  };
  return source;
}

it("asks for the keys of one turn in one call, and for each once", async () => {
  const source = createSource();
  const { one } = createLookUps(source);
  const asked = ["a", "none", "a", "b"].map((key) => one(key, parse));
  expect(await Promise.all(asked)).toEqual(["a", null, "a", "b"]);
  expect(await one("b", parse)).toBe("b");
  expect(source.calls).toEqual([["a", "none", "b"]]);
});

it("keeps no failure", async () => {
  const source = createSource();
  const { one } = createLookUps(source);
  source.fails = true;
  await expect(Promise.all([one("a", parse), one("b", parse)])).rejects.toThrow("EIO");
  source.fails = false;
  expect(await one("a", parse)).toBe("a");
});

it("forgets what was unused for longest", async () => {
  const source = createSource();
  const { one } = createLookUps(source);
  for (let i = 0; i < 4_096; i++) await one(`key ${i}`, parse);
  await one("key 0", parse);
  await one("one more", parse);
  source.calls.length = 0;
  await one("key 0", parse);
  await one("key 1", parse);
  expect(source.calls).toEqual([["key 1"]]);
});

it("reads a range once", async () => {
  const { all } = createLookUps(createSource());
  expect(await all({ gte: "a", lt: "c" }, parse)).toEqual(["1", "2"]);
  expect(all({ gte: "a", lt: "c" }, parse)).toBe(all({ gte: "a", lt: "c" }, parse));
});
