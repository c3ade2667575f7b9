import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sampleFolder } from "../node/snapshot/stores.ts";
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

it("prints the schema", async () => {
  const { code, out } = await run(["policy", "schema"]);
  expect([code, (JSON.parse(out) as { title: string }).title]).toEqual([0, "Deskmesh policy"]);
});
