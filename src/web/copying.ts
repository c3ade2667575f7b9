/** How far this desk's own scans have got. Pure. */
import type { Model } from "./store.ts";

/** Own rows that a linked desk still lacks; alone: rows that are on this PC only. */
export function countCopying(model: Model): { readonly copying: number; readonly isAlone: boolean } {
  const desks = model.state?.desks.desks ?? [];
  const linked = desks.filter((desk) => desk.linked || desk.self).length;
  const own = model.state?.desk?.id;
  const wanted = linked > 1 ? linked : 2;
  const rows = Object.values(model.rows).filter(
    (row) => row.position.desk === own && row.coverage.desks < wanted,
  );
  return { copying: rows.length, isAlone: linked <= 1 };
}

/** What was seen of it last. */
export interface Copied {
  readonly isAll: boolean;
  /** Id of the newest own row in sight, in order of time; empty: none. */
  readonly newest: string;
  /** Since when every desk has all of it, ms; `undefined`: it was so before anybody looked. */
  readonly sinceMs?: number;
}

/** `undefined`: the node has not answered yet, and nothing is known. */
export function noteCopied(before: Copied | undefined, model: Model, nowMs: number): Copied | undefined {
  if (model.state === undefined) return undefined;
  const { copying, isAlone } = countCopying(model);
  const isAll = !isAlone && copying === 0;
  const own = model.state.desk?.id;
  let newest = "";
  for (const row of Object.values(model.rows))
    if (row.position.desk === own && row.id > newest) newest = row.id;
  if (!isAll || before === undefined) return { isAll, newest };
  // Rows that come back with the page are no news: only one after another that was seen is.
  const isNews = !before.isAll || (before.newest !== "" && newest > before.newest);
  if (isNews) return { isAll, newest, sinceMs: nowMs };
  return { ...before, newest };
}
