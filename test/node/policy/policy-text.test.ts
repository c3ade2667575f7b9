import { describe, expect, it } from "vitest";
import { compileLending } from "../../../src/crdt/circulation/lending.ts";
import { checkPolicy } from "../../../src/crdt/circulation/policy-check.ts";
import { createZone, zoneToWallClock } from "../../../src/export/local-time.ts";
import { nearestName } from "../../../src/node/http/nearest.ts";
import { policyJsonSchema } from "../../../src/node/policy/policy-schema.ts";
import { parsePolicy } from "../../../src/node/policy/policy-text.ts";
import * as fc from "../../properties.ts";

const good = {
  $schema: "policy.schema.json",
  loanRules: [
    { category: ["Adult", "Staff"], itemType: "dvd", length: "1 week", renewals: 1, hardDue: "2026-12-23" },
    { itemType: "reserve", length: "4 hours", dueAt: "10:00" },
    { location: "Reference", length: "none", note: "Not lent" },
    { length: "21 days", renewals: 2, graceDays: 3, hardDue: { on: "2027-06-30", when: "always" } },
  ],
  limits: [
    { category: "Restricted", items: 2 },
    { items: 99, role: "supervisor" },
  ],
  calendar: { closedDays: "skip", hourlyPastClosing: "next-opening" },
  statuses: { "Reserve Desk": "supervisor" },
  itemMessages: { x: "Ask the director" },
  publicMessages: {},
  blocks: { barred: { text: "barred from borrowing", role: "supervisor" } },
  shelve: ["book"],
  barcodes: {
    patron: { lengths: [14], prefixes: ["2"], checkDigit: true },
    interlibrary: ["ILL"],
    isbnGuard: false,
  },
  ils: { name: "Koha", branch: "RPLS-WEPL", keepsDueDates: false, codes: { identType: "1" } },
};

function problemsOf(change: object): readonly string[] {
  const parsed = parsePolicy(JSON.stringify({ ...good, ...change }));
  return parsed.kind === "problems" ? parsed.problems : [];
}

describe("a policy", () => {
  it("is read with its defaults, and reads the same from what the snapshot carries", () => {
    const parsed = parsePolicy(`\ufeff${JSON.stringify(good, null, 2)}`);
    if (parsed.kind !== "policy") throw new Error(parsed.problems.join(" "));
    expect(parsed.policy).toMatchObject({
      closedDays: "skip",
      statuses: { available: "lend", "ask-reference": "never", "reserve-desk": "supervisor" },
      itemMessages: { u: "use at library only", x: "Ask the director" },
      limits: [{ items: 2, role: "staff", itemType: ["*"] }, { role: "supervisor" }],
    });
    expect(parsed.policy.loanRules[0]).toMatchObject({
      category: ["Adult", "Staff"],
      length: { kind: "days", days: 7 },
      hardDue: { on: "2026-12-23", when: "latest" },
    });
    expect(parsed.policy.loanRules[1]).toMatchObject({ dueAtMinute: 600, renewals: 0 });
    const again = parsePolicy(parsed.canonical);
    expect(again).toEqual({ kind: "policy", policy: parsed.policy, canonical: parsed.canonical });
    const withNothing = (written: string) =>
      parsePolicy(JSON.stringify(good).replace('"items":99', `"items":${written}`));
    expect(withNothing("-0")).toEqual(withNothing("0"));
  });
  it("needs no more than its rules, and stops at a limit of nothing", () => {
    const parsed = parsePolicy('{"loanRules": [], "limits": [{"category": "Digital Only", "items": 0}]}');
    expect(parsed).toMatchObject({ policy: { closedDays: "push", limits: [{ role: "nobody" }] } });
  });
  it.each<[object, string]>([
    [{ loanRules: undefined }, "loanRules is missing: expected a list of loan rules."],
    [{ loanRule: [] }, "loanRule is not a known field. Did you mean loanRules?"],
    [{ loanRules: [{ lenght: "1 day" }] }, "loanRules.0.lenght is not a known field. Did you mean length?"],
    [
      { loanRules: [{ length: "three weeks" }] },
      "loanRules.0.length: expected a length such as 21 days, 1 week, 2 hours, or none.",
    ],
    [
      { loanRules: [{ length: "9999 days" }] },
      "loanRules.0.length: expected a length of at most 3650 days, such as 21 days, 1 week, 2 hours, or none.",
    ],
    [
      { loanRules: [{ length: "21 days", dueAt: "10:00" }] },
      "loanRules.0.dueAt: expected it on loans of 4 hours to 1 day alone.",
    ],
    [
      { loanRules: [{ length: "1 day", renewals: -1 }] },
      "loanRules.0.renewals: expected a whole number from 0 to 999.",
    ],
    [
      { loanRules: [{ length: "1 day", category: 7 }] },
      'loanRules.0.category: expected a name, a list of names, or "*".',
    ],
    [{ calendar: { closedDays: "pusch" } }, "calendar.closedDays: expected one of ignore, skip, push."],
    [
      { loanRules: [{ length: "1 day", hardDue: "2026-02-30" }] },
      "loanRules.0.hardDue: expected a day as YYYY-MM-DD.",
    ],
    [
      { barcodes: { item: { lengths: [0] } } },
      "barcodes.item.lengths.0: expected a whole number from 1 to 80.",
    ],
    [
      { blocks: { barred: { role: "boss" } } },
      "blocks.barred.role: expected one of staff, supervisor, nobody.",
    ],
  ])("%j is answered with what was expected", (change, text) => {
    expect(problemsOf(change)).toContain(text);
  });
  it("is refused in words where brackets stand in brackets without end, in no string", () => {
    const nested = (depth: number) => `{"loanRules": ${"[".repeat(depth)}${"]".repeat(depth)}}`;
    for (const depth of [40, 200_000])
      expect(parsePolicy(nested(depth))).toEqual({
        kind: "problems",
        problems: ["policy.json: expected at most 32 brackets within each other."],
      });
    const text = JSON.stringify({ loanRules: [{ length: "none", note: `\\"${"[{".repeat(50)}` }] });
    expect(parsePolicy(text).kind).toBe("policy");
  });
  it("that is no JSON is told where it ends to be", () => {
    const parsed = parsePolicy('{"loanRules": [\n  {"length": }]}');
    expect(parsed).toEqual({ kind: "problems", problems: [expect.stringMatching(/at line 2, column 14/)] });
    expect(parsePolicy("").kind).toBe("problems");
    expect(parsePolicy(" ".repeat(600_000)).kind).toBe("problems");
  });
  it("has a schema that others can read", () => {
    const schema = policyJsonSchema();
    expect(schema).toMatchObject({ type: "object", required: ["loanRules"], additionalProperties: false });
    expect(JSON.stringify(schema)).toContain("hourlyPastClosing");
  });
});

/** A good policy with something of it changed: another value, a name gone or new. */
const bent = fc.tuple(fc.nat(), fc.jsonValue(), fc.nat(3)).map(([at, value, how]) => {
  const copy = structuredClone(good) as unknown;
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const name of Object.keys(node)) {
      places.push([node as Record<string, unknown>, name]);
      walk((node as Record<string, unknown>)[name]);
    }
  };
  walk(copy);
  const [node, name] = places[at % places.length] as (typeof places)[number];
  if (how === 0) delete node[name];
  else if (how === 1) node[`${name}x`] = value;
  else node[name] = value;
  return JSON.stringify(copy);
});
/** Its text with bytes changed, cut off or doubled. */
const torn = fc.tuple(fc.nat(), fc.nat(40), fc.string({ maxLength: 5 })).map(([at, length, text]) => {
  const whole = JSON.stringify(good);
  const from = at % whole.length;
  return whole.slice(0, from) + text + whole.slice(from + length);
});

describe("the reader of policies, fed with rubbish", () => {
  const clock = zoneToWallClock(createZone("Europe/Berlin"));
  const bounded = process.env.DESKMESH_FULL === "1" ? 10_000 : 2_000;

  it("gives a policy that works, or problems in words, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(bent, torn, fc.string(), fc.json()), (text) => {
        const parsed = parsePolicy(text);
        if (parsed.kind === "problems") {
          expect(parsed.problems.length).toBeGreaterThan(0);
          for (const problem of parsed.problems) expect(problem).toMatch(/expected|not a known field/);
          return;
        }
        const lending = compileLending(parsed.policy, [], [], clock);
        const subject = { category: "Adult", itemType: "dvd", location: "Reference" };
        const loanAt = Date.UTC(2026, 10, 21, 10);
        const due = lending.due(lending.match(subject), loanAt, "2026-12-01");
        if (due !== null) expect(due.due).toBeGreaterThan(loanAt);
        lending.limitsPassed(subject, ["dvd", ""]);
        checkPolicy(parsed.policy, { today: "2026-11-21", nearest: nearestName });
      }),
      { numRuns: bounded },
    );
  });
});
