import { expect, test } from "vitest";
import { nextLine, type PaperLine, paperToCommand } from "../../src/web/paper.ts";

const now = Date.parse("2026-11-26T12:00:00Z");
const line: PaperLine = {
  line: "7",
  day: "2026-11-26",
  time: "10:05",
  kind: "out",
  card: "CARD1",
  item: "ITEM1",
};
const zone = "Europe/Berlin";

test("a line of the form is what it says, at the time that stands there, from paper", () => {
  const effective = "2026-11-26T09:05:00Z";
  expect(paperToCommand(line, zone, now)).toEqual({
    kind: "command",
    command: { kind: "checkout", patron: "CARD1", item: "ITEM1", effective, source: "paper" },
  });
  expect(paperToCommand({ ...line, kind: "in", card: "" }, zone, now)).toEqual({
    kind: "command",
    command: { kind: "checkin", item: "ITEM1", effective, source: "paper" },
  });
});

test.each([
  ["line", { line: "" }],
  ["line", { line: "x" }],
  ["time", { time: "" }],
  ["time", { time: "23:00" }],
  ["item", { item: " " }],
  ["card", { card: "" }],
] as const)("says that the %s is wrong: %j", (field, change) => {
  expect(paperToCommand({ ...line, ...change }, zone, now)).toMatchObject({ kind: "wrong", field });
});

test("the next line keeps time, card and kind, and is counted up", () => {
  expect(nextLine(line)).toEqual({ ...line, line: "8", item: "" });
});
