import { describe, expect, it } from "vitest";
import { checkPolicy, type ItemGroup, type PolicyFacts } from "../../../src/crdt/circulation/policy-check.ts";
import { nearestName } from "../../../src/node/http/nearest.ts";
import { parsePolicy } from "../../../src/node/policy/policy-text.ts";

function check(policy: object, facts?: PolicyFacts): readonly string[] {
  const parsed = parsePolicy(JSON.stringify(policy));
  if (parsed.kind !== "policy") throw new Error(parsed.problems.join(" "));
  return checkPolicy(parsed.policy, {
    today: "2026-11-21",
    nearest: nearestName,
    ...(facts !== undefined && { facts }),
  });
}

const rest = { length: "21 days" };

function facts(...items: Partial<ItemGroup>[]): PolicyFacts {
  const blank = { location: "Stacks", status: "available", publicMessage: "", itemMessage: "", count: 1 };
  return {
    categories: ["Adult", "Child"],
    items: items.map((item) => ({ itemType: "book", ...blank, ...item })),
  };
}

describe("a check of the policy alone", () => {
  it("has nothing to say of a plain one", () => expect(check({ loanRules: [rest] })).toEqual([]));
  it("finds rules that can never match, whatever the case of names", () => {
    const loanRules = [
      { itemType: ["dvd", "CD"], length: "7 days" },
      { category: "Child", itemType: "cd", length: "3 days" },
      { itemType: ["cd", "book"], length: "9 days" },
      rest,
      { category: "Adult", length: "28 days" },
    ];
    expect(check({ loanRules })).toEqual([
      "Rule 2 can never match: rule 1 comes first and covers it.",
      "Rule 5 can never match: rule 4 comes first and covers it.",
      "No last rule for everything else: what no rule fits is lent for 21 days.",
    ]);
  });
  it("finds grace on short loans, renewals of nothing, dates gone by, and hours that are days", () => {
    const loanRules = [
      { itemType: "dvd", length: "1 week", graceDays: 2 },
      { itemType: "tool", length: "none", renewals: 1 },
      { itemType: "term", length: "28 days", hardDue: "2026-06-30" },
      { itemType: "kit", length: "24 hours" },
      rest,
    ];
    expect(check({ loanRules })).toEqual([
      "Rule 1: a loan of 7 days or less has no grace; graceDays says 2.",
      "Rule 2 gives no loan, so its renewals mean nothing.",
      "Rule 3: its hard due date 2026-06-30 has passed, so it counts no longer.",
      "Rule 4: 24 hours pass closing time, so each is shortened to it. For a loan by the day say days.",
    ]);
  });
});

describe("a check against the branch's files", () => {
  it("finds item types without a rule, and names that no record has", () => {
    const loanRules = [
      { itemType: "boook", length: "21 days" },
      { category: "Adult", itemType: "dvd", length: "14 days" },
      { itemType: "map", location: "Atlas Case", length: "14 days" },
    ];
    const limits = [{ category: "Chld", items: 3 }];
    const found = check(
      { loanRules, limits },
      facts({ count: 7 }, { itemType: "dvd", count: 2 }, { itemType: "map" }),
    );
    expect(found).toEqual([
      "No last rule for everything else: what no rule fits is lent for 21 days.",
      'Rule 1: no record has the itemType "boook". Did you mean book?',
      'Rule 3: no record has the location "Atlas Case".',
      'Limit 1: no record has the category "Chld". Did you mean Child?',
      "Item type book has no rule for some patrons or locations (7 items): 21 days then.",
      "Item type dvd has no rule for some patrons or locations (2 items): 21 days then.",
      "Item type map has no rule for some patrons or locations (1 items): 21 days then.",
    ]);
  });
  it("finds short loans that nobody is told of, and messages that say another thing than the rule", () => {
    const loanRules = [{ itemType: "dvd", length: "1 day" }, rest];
    const found = check(
      { loanRules },
      facts(
        { itemType: "dvd", count: 3 },
        { itemType: "dvd", publicMessage: "1", count: 9 },
        { itemType: "dvd", publicMessage: "w", count: 2 },
        { publicMessage: "1", count: 1 },
        { itemMessage: "u" },
        { itemMessage: "u", status: "library-use-only" },
        { publicMessage: "Ask for the map" },
      ),
    );
    expect(found).toEqual([
      "3 items: lent for 1 day without a public message (dvd, Stacks).",
      '2 items: say "1-week loan", and the rule gives 1 day (dvd, Stacks).',
      '1 item: say "1-day loan", and the rule gives 21 days (book, Stacks).',
      '1 item: say "use at library", and status and rule let them go (book, Stacks).',
    ]);
  });
});
