/** Which folder may import which (ARCHITECTURE.md, import table), and that each outside package has one home. */
import { posix } from "node:path";
import type { ImportLine, SourceFile } from "./source.ts";

interface Area {
  readonly folder: string;
  /** Folders of `src` that it may import from. */
  readonly folders: readonly string[];
  /** Single files that it may import types from. */
  readonly types?: readonly string[];
  /** Outside packages: which ones, or all but those of the log. */
  readonly packages: readonly string[] | "any";
  readonly builtins: readonly string[] | "any";
}

const logPackages = ["yjs", "y-protocols", "lib0"];
const circulation = "src/crdt/circulation";
const log = "src/crdt/log";

const areas: readonly Area[] = [
  { folder: circulation, folders: [circulation], packages: [], builtins: [] },
  { folder: log, folders: [log], packages: logPackages, builtins: ["node:crypto"] },
  { folder: "src/export", folders: ["src/export", circulation], packages: "any", builtins: [] },
  {
    folder: "src/node",
    folders: ["src/node", "src/export", circulation, log],
    packages: "any",
    builtins: "any",
  },
  {
    folder: "src/web",
    folders: ["src/web", circulation],
    types: ["src/node/http/api.ts"],
    packages: "any",
    builtins: [],
  },
];

/** The import table. */
export function findForbiddenImports(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (!file.path.startsWith("src/")) return [];
    const area = areas.find((one) => file.path.startsWith(`${one.folder}/`));
    if (area === undefined) return [`${file.path}: stands in no folder of the import table`];
    return file.imports.flatMap((line) => {
      const reason = forbid(file, area, line);
      return reason === null ? [] : [`${file.path}:${line.line}: ${reason}`];
    });
  });
}

/** Two files that import one package: whoever replaces it must find it in one place. */
export function findScatteredPackages(files: readonly SourceFile[]): readonly string[] {
  const homes = new Map<string, Set<string>>();
  for (const file of files) {
    if (!file.path.startsWith("src/")) continue;
    for (const { from } of file.imports) {
      const isCrypto = from === "node:crypto" && file.path.startsWith(`${log}/`);
      if (!isCrypto && (isRelative(from) || from.startsWith("node:"))) continue;
      const name = isCrypto ? `node:crypto in ${log}` : packageOf(from);
      homes.set(name, (homes.get(name) ?? new Set()).add(file.path));
    }
  }
  return [...homes]
    .filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => `${name} is imported in ${paths.size} places: ${[...paths].sort().join(", ")}`);
}

/** Properties come with the seed of the run: through `test/properties.ts` alone. */
export function findSeedless(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path, imports }) => path !== seeded && imports.some(({ from }) => from === "fast-check"))
    .map(({ path }) => `${path}: imports fast-check itself, and not ${seeded}`);
}

const seeded = "test/properties.ts";

/** `@hono/zod-openapi/x` → `@hono/zod-openapi`, `lib0/encoding` → `lib0`. */
export function packageOf(from: string): string {
  const parts = from.split("/");
  return from.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0]!;
}

function forbid(file: SourceFile, area: Area, { from, typeOnly }: ImportLine): string | null {
  if (isRelative(from)) {
    const target = posix.normalize(posix.join(posix.dirname(file.path), from));
    if (area.folders.some((folder) => target.startsWith(`${folder}/`))) return null;
    if (area.types?.includes(target))
      return typeOnly ? null : `${area.folder} may import ${target} by \`import type\` alone`;
    return `${area.folder} may not import ${target}`;
  }
  if (from.startsWith("node:"))
    return area.builtins === "any" || area.builtins.includes(from)
      ? null
      : `${area.folder} may not import ${from}`;
  const name = packageOf(from);
  const allowed = area.packages === "any" ? !logPackages.includes(name) : area.packages.includes(name);
  return allowed ? null : `${area.folder} may not import ${name}`;
}

function isRelative(from: string): boolean {
  return from.startsWith(".");
}
