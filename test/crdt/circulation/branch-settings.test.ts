/** Settings of the branch: what is written is read again, the last word counts, and no value of the log does harm. */

import { describe, expect, test } from "vitest";
import {
  type BranchEntry,
  branchFactToBody,
  parseBranchFact,
} from "../../../src/crdt/circulation/branch-fact.ts";
import {
  branchSettings,
  readSettings,
  type SettingName,
  settingNames,
} from "../../../src/crdt/circulation/branch-settings.ts";
import { SETTING_TEXT_MAX, type SettingFact } from "../../../src/crdt/circulation/setting-fact.ts";
import * as fc from "../../properties.ts";
import { foldAdmitted } from "./branch-entries.ts";

const standard = readSettings(() => undefined);
const name = fc.constantFrom<SettingName>(...settingNames);
const anyName = fc.oneof(name, fc.stringMatching(/^[a-z][A-Za-z0-9]{0,39}$/));
const value = fc
  .oneof(
    fc.jsonValue(),
    fc.boolean(),
    fc.constantFrom("koha", "name", "shelf", "code39", "A line", 7),
    fc.array(fc.record({ who: fc.string(), reach: fc.string() })),
  )
  .filter((one) => JSON.stringify(one).length <= SETTING_TEXT_MAX)
  .map((one) => JSON.parse(JSON.stringify(one)) as unknown);
const fact: fc.Arbitrary<SettingFact> = fc.record({
  kind: fc.constant("setting" as const),
  name: anyName,
  value,
});

function entryOf(of: SettingFact, ms: number): BranchEntry {
  return { ms, n: 0, desk: ms % 2 === 0 ? "d" : "e", run: "r", seq: ms, at: ms, staff: `u${ms}`, fact: of };
}

describe("settings of the branch", () => {
  test("a fact is read back as it was written, through JSON", () => {
    fc.assert(
      fc.property(fact, (one) => {
        expect(parseBranchFact(JSON.parse(JSON.stringify(branchFactToBody(one))))).toEqual(one);
      }),
    );
  });

  test("each setting is the last one that has its form, or the standard one, in any order of arrival", () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (facts, keys) => {
        const entries = facts.map(entryOf);
        const shuffled = entries
          .map((one) => ({ one, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const { settings } = foldAdmitted(shuffled);
        expect(settings).toEqual(foldAdmitted(entries).settings);
        const values = readSettings((key) => settings.get(key)?.value);
        for (const key of settingNames) {
          const last = facts.findLast((one) => one.name === key)?.value;
          expect(values[key]).toEqual(branchSettings[key].read(last) ?? standard[key]);
          // What is shown may be set again: it is of its own form.
          expect(branchSettings[key].read(values[key])).toEqual(values[key]);
        }
      }),
    );
  });

  test.each([
    [{ k: "setting", n: "ilsName" }],
    [{ k: "setting", n: "Ils name", v: 1 }],
    [{ k: "setting", n: "", v: 1 }],
    [{ k: "setting", n: "ilsName", v: "x".repeat(SETTING_TEXT_MAX) }],
    [{ k: "setting", n: 7, v: 1 }],
  ])("%j is no fact", (body) => expect(parseBranchFact(body)).toBeNull());

  test("a desk that isn't admitted sets nothing", () => {
    const entry = entryOf({ kind: "setting", name: "ilsName", value: "Koha" }, 2);
    expect(foldAdmitted([entry]).settings.get("ilsName")).toEqual({ value: "Koha", at: 2, by: "u2" });
    const stranger = { ...entry, desk: "stranger", ms: -5 };
    expect(foldAdmitted([]).settings.size).toBe(0);
    expect(foldAdmitted([stranger]).settings.size).toBe(0);
  });
});
