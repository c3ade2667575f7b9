/** The rules of ARCHITECTURE.md that a reader can see, held over every file; each rule is shown a planted offender. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findForbiddenImports, findScatteredPackages, findSeedless } from "./tidy/import-rules.ts";
import { findImpurities } from "./tidy/purity-rules.ts";
import {
  findBadExports,
  findBannedNames,
  findLongFiles,
  findLongFunctions,
  findOnly,
  longestFile,
  longestFunction,
} from "./tidy/shape-rules.ts";
import { parseSource, type SourceFile } from "./tidy/source.ts";
import { findLooseVersions, findMachineTraces } from "./tidy/text-rules.ts";
import { findUntranslated } from "./tidy/word-rules.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const paths = listFiles();
const sources = paths
  .filter((path) => /^(src|test|bench|scripts|bin)\/.*\.(ts|mjs)$/.test(path))
  .map((path) => parseSource(path, readFileSync(join(root, path), "utf8")));

describe("the tree", () => {
  it("was found", () => {
    expect(sources.map(({ path }) => path)).toContain("src/crdt/circulation/transaction.ts");
    expect(sources.map(({ path }) => path)).toContain("test/tidy.test.ts");
  });
  it("imports by the table", () => expect(findForbiddenImports(sources)).toEqual([]));
  it("imports each outside package in one place", () => expect(findScatteredPackages(sources)).toEqual([]));
  it("draws all properties from one seed", () => expect(findSeedless(sources)).toEqual([]));
  it("keeps crdt and export pure", () => expect(findImpurities(sources)).toEqual([]));
  it("keeps files short", () => expect(findLongFiles(sources)).toEqual([]));
  it("keeps functions short", () => expect(findLongFunctions(sources)).toEqual([]));
  it("names files by what they hold", () =>
    expect(findBannedNames(sources.map(({ path }) => path))).toEqual([]));
  it("exports by name, from where it is", () => expect(findBadExports(sources)).toEqual([]));
  it("gives every text of a page to be translated", () => expect(findUntranslated(sources)).toEqual([]));
  it("leaves no test out", () => expect(findOnly(sources)).toEqual([]));
  it("says nothing of the machine it was written on", () => {
    const texts = paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
    expect(findMachineTraces(texts.filter(({ text }) => !text.includes("\0")))).toEqual([]);
  });
  it.each(["package.json", "bench/package.json"])("pins exact versions: %s", (path) =>
    expect(findLooseVersions(readFileSync(join(root, path), "utf8"))).toEqual([]),
  );
});

describe("the import table", () => {
  it.each([
    ["src/crdt/circulation/a.ts", 'import { x } from "../log/feed.ts";'],
    ["src/crdt/circulation/a.ts", 'import type { x } from "yjs";'],
    ["src/crdt/circulation/a.ts", 'import { createHash } from "node:crypto";'],
    ["src/crdt/log/a.ts", 'import type { Fact } from "../circulation/transaction.ts";'],
    ["src/crdt/log/a.ts", 'import { readFile } from "node:fs";'],
    ["src/crdt/log/a.ts", 'import { z } from "zod";'],
    ["src/export/a.ts", 'import { x } from "../crdt/log/feed.ts";'],
    ["src/export/a.ts", 'const x = await import("../node/main.ts");'],
    ["src/node/a.ts", 'import { x } from "../web/store.ts";'],
    ["src/node/a.ts", 'import * as Y from "yjs";'],
    ["src/node/a.ts", 'export { x } from "lib0/encoding";'],
    ["src/node/a.ts", 'type T = import("y-protocols/sync").T;'],
    ["src/web/a.ts", 'import { x } from "../node/http/api.ts";'],
    ["src/web/a.ts", 'import type { x } from "../node/ports.ts";'],
    ["src/web/a.ts", 'import "node:fs";'],
    ["src/else/a.ts", "export const x = 1;"],
  ])("refuses in %s: %s", (path, text) =>
    expect(findForbiddenImports([parseSource(path, text)])).toHaveLength(1),
  );
  it.each([
    ["src/crdt/log/a.ts", 'import * as Y from "yjs"; import { b } from "./b.ts";'],
    ["src/export/a.ts", 'import type { T } from "../crdt/circulation/transaction.ts";'],
    [
      "src/node/deep/a.ts",
      'import { x } from "../../crdt/log/feed.ts"; import "node:fs"; import "y-leveldb";',
    ],
    ["src/web/a.ts", 'import type { x } from "../node/http/api.ts"; import { html } from "lit";'],
    ["src/web/a.ts", 'import { type x } from "../node/http/api.ts";'],
  ])("allows in %s: %s", (path, text) => expect(findForbiddenImports([parseSource(path, text)])).toEqual([]));
});

describe("one home for each package", () => {
  const home = parseSource("src/crdt/log/a.ts", 'import * as e from "lib0/encoding"; import "node:crypto";');
  it("refuses a second one, types too", () => {
    const second = parseSource(
      "src/crdt/log/b.ts",
      'import type { D } from "lib0/decoding"; import "node:crypto";',
    );
    expect(findScatteredPackages([home, second])).toHaveLength(2);
  });
  it("allows two imports in one, and builtins anywhere else", () => {
    const other = parseSource("src/node/a.ts", 'import "node:crypto"; import "node:fs"; import "./b.ts";');
    const third = parseSource("src/node/b.ts", 'import "node:fs"; import "./a.ts";');
    expect(findScatteredPackages([home, other, third])).toEqual([]);
  });

  it("refuses properties of a seed of their own", () => {
    const direct = parseSource("test/a.test.ts", 'import fc from "fast-check";');
    const through = parseSource("test/b.test.ts", 'import * as fc from "./properties.ts";');
    expect(findSeedless([direct, through])).toHaveLength(1);
  });
});

describe("purity", () => {
  it.each([
    "const t = Date.now();",
    "const t = new Date();",
    "const t = Date();",
    "const { now } = Date;",
    "const t = Date.parse(text);",
    "const t = Date.parse(`2026-11-21T00:00`);",
    "const r = Math.random();",
    "const r = Math['random']();",
    "setTimeout(() => 1, 1);",
    "const e = process.env;",
    "const p = performance.now();",
    "void fetch('x');",
    "const c = globalThis.crypto;",
    "const e = { process };",
    "const x = a.localeCompare(b);",
    "const h = date.getHours();",
    "const s = n.toLocaleString();",
    'import { randomBytes } from "node:crypto";',
    'import * as c from "node:crypto";',
    'const x = await import("./b.ts");',
  ])("refuses %s", (text) => {
    expect(findImpurities([parseSource("src/crdt/log/a.ts", text)]).length).toBeGreaterThan(0);
    expect(findImpurities([parseSource("src/node/a.ts", text)])).toEqual([]);
  });
  it.each([
    "const d = new Date(ms).toISOString();",
    "const u = Date.UTC(2026, 1, 1);",
    "const t = Date.parse(`2026-11-21T00:00:00Z`);",
    "const x = entry.process + clock.now();",
    "const y = { performance: 1, fetch() { return 1; } };",
    "function f(document: number) { return document; }",
    "const h = new Date(ms).getUTCHours();",
    "interface A { readonly process: number; readonly at: Date }",
    'import { createHash, sign } from "node:crypto";',
  ])("allows %s", (text) => expect(findImpurities([parseSource("src/export/a.ts", text)])).toEqual([]));
});

describe("size, names, exports", () => {
  const at = (path: string, text: string): readonly SourceFile[] => [parseSource(path, text)];
  const filler = (lines: number) => "x;\n".repeat(lines);
  it("measures files", () => {
    expect(findLongFiles(at("src/node/a.ts", filler(longestFile + 1)))).toHaveLength(1);
    expect(findLongFiles(at("src/node/a.ts", filler(longestFile)))).toEqual([]);
  });
  it.each([
    (body: string) => `function f() {\n${body}}`,
    (body: string) => `const f = () => {\n${body}};`,
    (body: string) => `class A {\n  f() {\n${body}}\n}`,
    (body: string) => `it("x", async () => {\n${body}});`,
  ])("measures functions (%#)", (write) => {
    expect(findLongFunctions(at("src/node/a.ts", write(filler(longestFunction - 1))))).toHaveLength(1);
    expect(findLongFunctions(at("src/node/a.ts", write(filler(longestFunction - 2))))).toEqual([]);
  });
  it("measures a factory's functions by themselves, and callbacks as its own", () => {
    const inner = filler(60);
    const factory = `function create() {\n return { a() {\n${inner}}, b: () => {\n${inner}} };\n}`;
    expect(findLongFunctions(at("src/node/a.ts", factory))).toEqual([]);
    const pyramid = `function run() {\n f(() => {\n${inner} g(() => {\n${inner}});\n});\n}`;
    expect(findLongFunctions(at("src/node/a.ts", pyramid))).toHaveLength(2);
  });
  it("measures the tests of a describe, not the describe", () => {
    expect(findLongFunctions(at("test/a.ts", `describe("x", () => {\n${filler(100)}});`))).toEqual([]);
    expect(findLongFunctions(at("test/a.ts", `describe.skipIf(y)("x", () => {\n${filler(100)}});`))).toEqual(
      [],
    );
  });
  it.each([
    "src/node/utils.ts",
    "src/a/types.ts",
    "src/a/index.ts",
    "src/a/desk-manager.ts",
    "src/a/DeskView.ts",
  ])("refuses the name %s", (path) => expect(findBannedNames([path])).toHaveLength(1));
  it("allows names that say something", () =>
    expect(findBannedNames(["src/a/desk-view.ts", "test/a.test.ts", "src/a/service-install.ts"])).toEqual(
      [],
    ));
  it.each([
    "export default 1;",
    "const a = 1; export { a as default };",
    'const a = 1; export * from "./b.ts";',
    'export { a } from "./a.ts"; export { b } from "./b.ts";',
  ])("refuses %s", (text) => expect(findBadExports(at("src/a.ts", text))).toHaveLength(1));
  it("allows a wrapper of an outside package", () =>
    expect(findBadExports(at("src/web/lit.ts", 'export { html } from "lit";'))).toEqual([]));
  it.each(["it.only('x', f);", "describe.only.each([1])('x', f);"])("refuses %s", (text) =>
    expect(findOnly(at("test/a.test.ts", text)).length).toBeGreaterThan(0),
  );
});

describe("committed text", () => {
  const slash = "/";
  it.each([
    `see ${slash}work/notes.md`,
    `"${slash}home/anna/deskmesh"`,
    `resolved "https:${slash}/registry.example.org/yjs"`,
  ])("refuses %s", (text) => expect(findMachineTraces([{ path: "a.md", text }])).toHaveLength(1));
  it.each(["its work/life", "https://nodejs.org/", "test/work/x"])("allows %s", (text) =>
    expect(findMachineTraces([{ path: "a.md", text }])).toEqual([]),
  );
  it("refuses loose versions", () =>
    expect(findLooseVersions('{"dependencies": {"a": "^1.0.0", "b": "1.2.3"}}')).toHaveLength(1));
});

/** What git holds or would take; without git (an unpacked archive), nothing can be told and the test fails. */
function listFiles(): readonly string[] {
  const options = { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 } as const;
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "-z"],
    options,
  );
  return listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

describe("texts of the pages", () => {
  const at = (text: string) => findUntranslated([parseSource("src/web/a.ts", text)]);
  it.each([
    "html`<p>Not yet</p>`",
    `html\`<p>\${n} items</p>\``,
    'html`<input aria-label="New name" />`',
    `html\`<p>\${a ? html\`<b>Blocked</b>\` : nothing}</p>\``,
    'svg`<text x="1">lent</text>`',
  ])("refuses %s", (text) => expect(at(text)).toHaveLength(1));
  it.each([
    `html\`<p>\${t\`Not yet\`}</p>\``,
    `html\`<p class="small quiet">\${n} · \${rich\`of \${m}\`}</p>\``,
    "html`<kbd>Ctrl Enter</kbd> &nbsp;`",
    `html\`<input aria-label=\${t\`New name\`} @input=\${(e) => this.go(e)} />\``,
    "html`<code>deskmesh carry in FILE</code>`",
  ])("allows %s", (text) => expect(at(text)).toEqual([]));
});
