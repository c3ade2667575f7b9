/**
 * The statistics group (Sierra: terminal group) of each desk, as a branch sets it in a line: `101` for all, or
 * `Desk 1=101; Desk 2=102; 100`, where the number alone is for all others.
 */

/** Desk id → group; `*`: of every desk that isn't named. */
export type StatisticsGroups = Readonly<Record<string, string>>;

export const anyDesk = "*";

const GROUP = /^\d{1,5}$/;

/** By name in small letters, `*` for all others; `null`: not of that form. An empty line sets none. */
export function parseStatisticsGroups(line: string): ReadonlyMap<string, string> | null {
  const groups = new Map<string, string>();
  for (const part of line.split(";")) {
    if (part.trim() === "") continue;
    const at = part.lastIndexOf("=");
    const name = at === -1 ? anyDesk : plainName(part.slice(0, at));
    const group = part.slice(at + 1).trim();
    const isFit = name !== "" && GROUP.test(group) && (at === -1 || name !== anyDesk);
    if (!isFit || groups.has(name)) return null;
    groups.set(name, group);
  }
  return groups;
}

/** Of these desks alone; `undefined`: none is set for any of them. */
export function groupsOf(
  line: string,
  deskNames: Readonly<Record<string, string>>,
): StatisticsGroups | undefined {
  const groups = parseStatisticsGroups(line) ?? new Map<string, string>();
  const others = groups.get(anyDesk);
  const named = Object.entries(deskNames).flatMap(([desk, name]): [string, string][] => {
    const group = groups.get(plainName(name));
    return group === undefined ? [] : [[desk, group]];
  });
  if (others === undefined && named.length === 0) return undefined;
  return Object.fromEntries([...(others === undefined ? [] : [[anyDesk, others]]), ...named]);
}

/** The first desk that the line names and that isn't among these names, in small letters. */
export function findStrangeDesk(line: string, deskNames: readonly string[]): string | undefined {
  const known = new Set([anyDesk, ...deskNames.map(plainName)]);
  return [...(parseStatisticsGroups(line)?.keys() ?? [])].find((name) => !known.has(name));
}

export function isStatisticsGroups(value: unknown): value is StatisticsGroups {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((group) => typeof group === "string" && GROUP.test(group));
}

function plainName(name: string): string {
  return name.trim().toLowerCase();
}
