/** Which changes of the model need no picture of their own: a scan waits for each that is painted on its way. Pure. */
import { isAsking } from "./session.ts";
import type { Model } from "./store.ts";

const ON_ITS_WAY: ReadonlySet<string> = new Set(["looking", "posting"]);

/** True when a scan is on its way, and all that has changed is how far, or what the node tells of rows meanwhile. */
export function isOnlyUnderWay(before: Model, next: Model): boolean {
  if (before === next || !ON_ITS_WAY.has(next.session.phase.kind) || isAsking(before.session)) return false;
  const isSame = (a: object, b: object, but: readonly string[]): boolean =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].every(
      (name) => but.includes(name) || a[name as keyof typeof a] === b[name as keyof typeof b],
    );
  return (
    isSame(before, next, ["session", "rows", "feeds", "activity"]) &&
    isSame(before.session, next.session, ["phase", "queue", "lastScanMs", "unsaved"])
  );
}
