/** This desk's own settings: who changed what, and a kept text that can't be trusted. */

import { expect, test } from "vitest";
import { changeSettings, keyOf, parseSettings, standardSettings } from "../../src/web/desk-settings.ts";
import * as fc from "../properties.ts";

const at = "2026-11-21T10:00:00.000Z";

test("a change is kept with who made it; back to the standard, nobody did", () => {
  const changed = changeSettings(standardSettings, { paper: "58" }, at, "ms");
  expect(changed).toMatchObject({ paper: "58", changed: { paper: { at, by: "ms" } } });
  expect(parseSettings(JSON.stringify(changed))).toEqual(changed);
  expect(changeSettings(changed, { paper: "80" }, at, "ab")).toEqual(standardSettings);
});

test("a desk shows its own keys, and keeps the panel folded away", () => {
  expect(["print", "reprint", "due", "panel", "finish"].map((name) => keyOf(standardSettings, name))).toEqual(
    ["F9", "⇧F9", "Alt D", "Alt P", ""],
  );
  const own = { ...standardSettings, profile: "evergreen", keys: { due: "Ctrl+Shift+D" } } as const;
  expect(["print", "reprint", "due"].map((name) => keyOf(own, name))).toEqual(["⇧F9", "F9", "Ctrl ⇧D"]);
  const folded = changeSettings(standardSettings, { isPanelFolded: true }, at, "ms");
  expect(parseSettings(JSON.stringify(folded)).isPanelFolded).toBe(true);
});

test("any text gives settings, and what they are made of is read again as it is", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.constant(null)), (text) => {
      const read = parseSettings(text);
      expect(parseSettings(JSON.stringify(read))).toEqual(read);
    }),
  );
  expect(
    parseSettings(
      '{"changed":{"paper":null,"volume":{"at":"x","by":"ms"},"odd":{"at":"2026-11-21","by":""}}}',
    ),
  ).toEqual(standardSettings);
});
