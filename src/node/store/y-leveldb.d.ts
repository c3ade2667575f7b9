/** y-leveldb ships types that its `exports` hides; these are the parts that `log-store.ts` uses. */
declare module "y-leveldb" {
  type Key = readonly (string | number)[];
  export function getAllDocsKeys(database: unknown): Promise<Key[]>;
  /** Number of the last stored update, −1 when there is none. */
  export function getCurrentUpdateClock(database: unknown, docName: string): Promise<number>;
  export function getLevelUpdates(
    database: unknown,
    docName: string,
    options?: object,
  ): Promise<Uint8Array[]>;
  export class LeveldbPersistence {
    constructor(location: string, options: { Level: unknown });
    /** Private to y-leveldb: one turn in its queue. Held by a test, since the version is pinned. */
    _transact<T, D>(run: (database: D) => Promise<T>): Promise<T | null>;
  }
}
