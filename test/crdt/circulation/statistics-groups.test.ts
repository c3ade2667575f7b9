/** The line that sets desks' statistics groups, and what of it a batch carries along. */

import { expect, it } from "vitest";
import { branchSettings } from "../../../src/crdt/circulation/branch-settings.ts";
import {
  anyDesk,
  groupsOf,
  isStatisticsGroups,
  parseStatisticsGroups,
} from "../../../src/crdt/circulation/statistics-groups.ts";
import * as fc from "../../properties.ts";

const desk = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 =]{0,10}[A-Za-z0-9]$/);
const group = fc.stringMatching(/^[0-9]{1,5}$/);

it("gives each desk the group of its name, however it is written, and all others the one without a name", () => {
  const byName = fc.uniqueArray(fc.tuple(desk, group), {
    maxLength: 6,
    selector: ([name]) => name.toLowerCase(),
  });
  fc.assert(
    fc.property(byName, fc.option(group, { nil: undefined }), (named, others) => {
      const parts = named.map(([name, number]) => ` ${name.toUpperCase()} = ${number}`);
      const line = [...parts, ...(others === undefined ? [] : [others])].join(";");
      const deskNames = Object.fromEntries([...named.map(([name], n) => [`d${n}`, name]), ["dx", "?"]]);
      const expected = Object.fromEntries([
        ...named.map(([, number], n) => [`d${n}`, number]),
        ...(others === undefined ? [] : [[anyDesk, others]]),
      ]);
      const groups = groupsOf(line, deskNames);
      expect(groups ?? {}).toEqual(expected);
      expect(groups === undefined || isStatisticsGroups(groups)).toBe(true);
    }),
  );
});

it.each(["Desk 1", "Desk 1=", "Desk 1=1a", "123456", "=5", "1;2", "Desk 1=1;desk 1=2", "*=4", "-1", "1=2=x"])(
  "refuses %s, and says what was expected",
  (line) => {
    expect(parseStatisticsGroups(line)).toBeNull();
    expect(branchSettings.statisticsGroups.read(line)).toBeUndefined();
    expect(branchSettings.statisticsGroups.expected).toContain("Desk 1=101; Desk 2=102");
  },
);
