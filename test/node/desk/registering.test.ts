/** The registration form of the branch at its desks, and who may be in the list already. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sampleFolder } from "../snapshot/stores.ts";
import { agree, createWorld, expectDone, linked, newId, record, type World } from "./desks.ts";

let world: World;
let folder: string;
beforeEach(async () => {
  world = createWorld();
  folder = await mkdtemp(join(tmpdir(), "deskmesh-registering-"));
  await cp(sampleFolder, folder, { recursive: true });
});
afterEach(async () => {
  await world.end();
  await rm(folder, { recursive: true, force: true });
});

const registration = [
  { name: "surname", label: "Family name", required: true },
  { name: "given_names", label: "First names" },
  { name: "birth_date", label: "Born on", type: "date", help: "as on the passport" },
];

it("shows the form of the policy, and a form of its own without one", async () => {
  const one = await world.start(1);
  expect(expectDone(await one.registrationForm())).toMatchObject({
    fromPolicy: false,
    fields: [
      { name: "surname", required: true },
      { name: "given_names" },
      { name: "birth_date", type: "date" },
      {},
      {},
      {},
      {},
      {},
    ],
  });
  const policy = JSON.parse(await readFile(join(folder, "policy.json"), "utf8")) as object;
  await writeFile(join(folder, "policy.json"), JSON.stringify({ ...policy, registration }));
  expectDone(await one.importSnapshot(folder));
  expect(expectDone(await one.registrationForm())).toMatchObject({ fromPolicy: true, fields: registration });
  const check = expectDone(await one.checkRegistration({ fields: { surname: "", birth_date: "soon" } }));
  expect(check.problems.map(({ field }) => field)).toEqual(["surname", "birth_date"]);
  const refused = await one.record({
    id: newId(),
    kind: "registration",
    patron: "77001",
    fields: { given_names: "Ada" },
  });
  expect(refused).toMatchObject({ kind: "refused", refusal: { kind: "invalid" } });
  expect((await one.transactions({})).rows).toEqual([]);
});

it("finds the card and the person, in the snapshot and among the new patrons of every desk, while staff type", async () => {
  const [one, two] = [await world.start(1), await world.start(2)];
  await linked(one, two);
  await writeFile(
    join(folder, "patrons.csv"),
    "barcode,surname,given_names,birth_date\n21998020000006,Müller-Lüdenscheidt,Änne Maria,1969-02-14\n",
  );
  expectDone(await one.importSnapshot(folder));
  const like = async (surname: string, given_names = "", birth_date = "1969-02-14", patron?: string) =>
    expectDone(
      await one.checkRegistration({
        ...(patron === undefined ? {} : { patron }),
        fields: { surname, given_names, birth_date },
      }),
    ).similar.map(({ why, barcode, known }) => [why, barcode, known]);
  const known = ["person", "21998020000006", "snapshot"];
  expect(await like("Mueller")).toEqual([known]);
  expect(await like("mul", "anne")).toEqual([known]);
  expect(await like("M", "anne")).toEqual([]);
  expect(await like("Mueller", "Bert")).toEqual([]);
  expect(await like("Mueller", "Änne", "1969-02-15")).toEqual([]);
  expect(await like("Mueller", "Änne", "")).toEqual([]);
  expect(await like("Other", "", "", "21998020000006")).toEqual([["card", "21998020000006", "snapshot"]]);

  await record(two, {
    id: newId(),
    kind: "registration",
    patron: "77001",
    fields: { surname: "Mueller", given_names: "Aenne", birth_date: "1969-02-14" },
  });
  await agree([one, two], 1);
  expect(await like("Mül", "", "1969-02-14", "77001")).toEqual([["card", "77001", "registered"], known]);
  const { similar } = expectDone(await one.checkRegistration({ patron: "77001", fields: {} }));
  expect(similar[0]?.text).toMatch(/^This card number is taken: registered on .*, at Desk 2\.$/);
  expect((await one.patrons("mül")).map(({ barcode }) => barcode)).toEqual(["77001", "21998020000006"]);
});
