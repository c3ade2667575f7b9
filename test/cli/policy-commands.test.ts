import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sampleFolder } from "../node/snapshot/stores.ts";
import { makeZip } from "../node/snapshot/zips.ts";
import { folder, run } from "./command-runner.ts";

it("finds nothing to say of the sample, by its file or its folder", async () => {
  for (const path of [sampleFolder, join(sampleFolder, "policy.json")]) {
    const { code, out } = await run(["policy", "check", path]);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/policy\.json: 9 rules, 0 to look at\n$/),
    });
  }
});

it("names what can't be used with exit code 4, and what is probably not meant with 0", async () => {
  await cp(sampleFolder, join(folder(), "s"), { recursive: true });
  const file = join(folder(), "s", "policy.json");
  await writeFile(file, '{"loanRules": [{"itemTyp": "book", "length": "1 day"}]}');
  const wrong = await run(["policy", "check", file]);
  expect(wrong.code).toBe(4);
  expect(wrong.out).toContain("wrong    loanRules.0.itemTyp is not a known field. Did you mean itemType?\n");
  await writeFile(
    file,
    '{"loanRules": [{"itemType": "bok", "length": "21 days"}], "ils": {"branch": "RIW"}}',
  );
  const odd = await run(["policy", "check", file, "--json"]);
  expect(odd.code).toBe(0);
  expect((JSON.parse(odd.out) as { warnings: string[] }).warnings).toEqual(
    expect.arrayContaining([
      'Rule 1: no record has the itemType "bok". Did you mean book?',
      'ils.branch: no hours or closed days are known for "RIW". Did you mean RIV?',
      expect.stringMatching(/^Item type book has no rule/),
    ]),
  );
  expect((await run(["policy", "check", join(folder(), "nothing")])).code).toBe(4);
});

it("reads a zip file too, and reports as an ILS makes them, and says which words of the ILS are missing", async () => {
  const policy = {
    loanRules: [{ length: "21 days" }],
    ils: { name: "Koha" },
    registration: [
      { name: "surname", label: "Surname" },
      { name: "category", label: "Category", type: "choice", choices: [{ code: "ADLUT", text: "Adult" }] },
    ],
  };
  const patrons = "cardnumber,surname,categorycode\n21998020000006,Muster,ADULT\n";
  const zip = join(folder(), "extract.zip");
  const content = { "policy.json": JSON.stringify(policy), "patrons.csv": patrons };
  const entries = Object.entries(content).map(([name, text]) => ({ name, content: Buffer.from(text) }));
  await writeFile(
    zip,
    makeZip([...entries, { name: "items.csv", content: Buffer.from("barcode,title\ni1,One\n") }]),
  );
  const { code, out } = await run(["policy", "check", zip, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    problems: [],
    warnings: [
      "registration: Koha wants a patron category (categorycode) of each new patron as category; the form lets it be left out and has no default.",
      "registration: Koha wants a home library (branchcode) of each new patron as branch; the form has no such field.",
      'registration.category: no patron has the category "ADLUT". Did you mean ADULT?',
    ],
  });
  await writeFile(zip, makeZip(entries.slice(1)));
  const without = await run(["policy", "check", zip]);
  expect(without).toMatchObject({ code: 4, out: expect.stringContaining("There is no policy.json in it.") });
});

it("prints the schema", async () => {
  const { code, out } = await run(["policy", "schema"]);
  expect([code, (JSON.parse(out) as { title: string }).title]).toEqual([0, "Deskmesh policy"]);
});
