/** Who does what a readiness check asks for. */
import { expect, test } from "vitest";
import type { StateView } from "../../src/node/http/api.ts";
import { judgeReadiness } from "../../src/node/operating/readiness.ts";
import { remedyToDoer } from "../../src/web/remedy.ts";
import { sampleState } from "./sample.ts";

test("what staff are told to do by themselves holds no command", () => {
  const { branch: _, ...noBranch } = sampleState();
  const states: readonly StateView[] = [sampleState(), noBranch];
  const remedies = states.flatMap((state) =>
    judgeReadiness(state, null, Date.now()).checks.flatMap(({ remedy }) => remedy ?? []),
  );
  expect(remedies).toContain("deskmesh service install");
  for (const remedy of remedies)
    if (remedyToDoer(remedy) === "staff") expect(remedy).not.toMatch(/deskmesh [a-z]|--/);
});

test.each([
  ["deskmesh service install", "command"],
  ["Let a second desk in: deskmesh invite", "with-it"],
  ["Start it with --identity-dir FOLDER, on a disk or share that is kept.", "with-it"],
  ["Neuen Auszug einlesen: deskmesh import FOLDER", "with-it"],
  ["Print a test slip, and say that it came out.", "staff"],
])("%s: %s", (remedy, doer) => expect(remedyToDoer(remedy)).toBe(doer));
