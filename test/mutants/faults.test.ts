/** The planted faults can still be planted: each patch applies once, and names a test that is there. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

interface Fault {
  readonly name: string;
  readonly path: string;
  readonly search: string;
  readonly replace: string;
  readonly file: string;
  readonly only: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
// Plain JavaScript, as all scripts: their types are told here.
const { faults } = (await import(`${root}/test/mutants/faults.mjs`)) as { faults: readonly Fault[] };
const { plant } = (await import(`${root}/scripts/mutants.mjs`)) as {
  plant(text: string, search: string, replace: string): string | null;
};
const read = (path: string): string => readFileSync(`${root}/${path}`, "utf8");
const isWritten = ({ file, only }: Fault): boolean => read(file).includes(only);
/**
 * File → the tests in it by their whole names, as the runner makes them from tables. Only of files where a name doesn't
 * stand as it is: this loads them.
 */
const made = listTests([...new Set(faults.flatMap((one) => (isWritten(one) ? [] : one.file)))]);

it("there are enough of them, each with a name of its own", () => {
  expect(faults.length).toBeGreaterThanOrEqual(25);
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

it.each(faults)("$name", (fault) => {
  const { path, search, replace, file, only } = fault;
  const text = read(path);
  const planted = plant(text, search, replace);
  // `null`: it applies nowhere any more, or twice.
  expect(planted).not.toBeNull();
  expect(planted).not.toBe(text);
  // As `npm run mutants` asks for it: a name that no test has runs none.
  const isThere = made.get(file)?.some((name) => name.includes(only)) ?? isWritten(fault);
  expect(isThere, `${file} has a test "${only}"`).toBe(true);
});

it("a patch that applies nowhere, or twice, is refused", () => {
  expect(plant("a b", "c", "d")).toBeNull();
  expect(plant("a a", "a", "d")).toBeNull();
  expect(plant("a b", "a", "$&")).toBe("$& b");
});

function listTests(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "deskmesh-faults-"));
  const list = join(folder, "tests.json");
  try {
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const { status, stderr } = spawnSync(process.execPath, [vitest, "list", `--json=${list}`, ...files], {
      cwd: root,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`vitest list: ${stderr}`);
    const all = JSON.parse(readFileSync(list, "utf8")) as readonly { name: string; file: string }[];
    return new Map(
      files.map((file) => [
        file,
        all
          .filter((one) => relative(root, one.file).replaceAll("\\", "/") === file)
          .map(({ name }) => name.replaceAll(" > ", " ")),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
