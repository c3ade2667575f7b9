/** Names of PCs instead of addresses, beside a name server that is slow, or gone. */
import { expect, it } from "vitest";
import { createNames } from "../../../src/node/mesh/names.ts";

it("asks about one name at a time and seldom, and goes by the last answer while there is none", async () => {
  let now = 0;
  const asked: string[] = [];
  let answer: (addresses: readonly string[]) => void = () => undefined;
  const names = createNames(
    (address) => address.startsWith("10."),
    (name) => {
      asked.push(name);
      return new Promise((resolve, reject) => {
        answer = (addresses) =>
          addresses.length === 0
            ? reject(new Error("ENOTFOUND"))
            : resolve(addresses.map((address) => ({ address, family: 4 })));
      });
    },
    () => now,
  );
  const first = names.find("desk-2");
  const [again, other] = [names.find("desk-2"), names.find("desk-3")];
  await settle();
  expect(asked).toEqual(["desk-2"]);
  answer(["198.51.100.7", "10.0.0.2"]);
  for (const one of [first, again]) expect(await one).toEqual([{ address: "10.0.0.2", family: 4 }]);
  await settle();
  expect(asked).toEqual(["desk-2", "desk-3"]);
  answer(["198.51.100.7"]);
  expect(await other).toEqual([]);
  // A dial each second: the line is down by now.
  for (; now < 60_000; now += 1_000) {
    expect(await names.find("desk-2")).toEqual([{ address: "10.0.0.2", family: 4 }]);
    await settle();
    answer([]);
  }
  expect(asked.length).toBeLessThan(12);
});

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
