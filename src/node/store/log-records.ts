/** What y-leveldb keeps of a segment: keys, and the writes that move it out of the way. */
import { stateVectorToStored } from "../../crdt/log/restore.ts";

/** As y-leveldb encodes them. */
export type StoredKey = readonly (string | number)[];

/** What y-leveldb hands to a transaction; its types say `any`. */
export interface Database {
  open(): Promise<void>;
  close(): Promise<void>;
  batch(operations: readonly object[]): Promise<void>;
  put(key: StoredKey, value: Uint8Array): Promise<void>;
  keys(range: object): { all(): Promise<StoredKey[]> };
}

export interface Put {
  readonly type: "put";
  readonly key: StoredKey;
  readonly value: Uint8Array;
}

/** For values that are moved as they are. */
export const asStored = { valueEncoding: "buffer" } as const;

export const asidePrefix = "aside/";
export const toDeletion = (key: StoredKey): object => ({ type: "del", key });

export function listKeys(database: Database, segment: string): Promise<readonly StoredKey[]> {
  return database.keys({ gte: ["v1", segment], lt: ["v1", segment, "zzzzzzz"] }).all();
}

export function asideOperations(
  segment: string,
  updates: readonly Uint8Array[],
  keys: readonly StoredKey[],
  instead: Uint8Array | undefined,
): object[] {
  const kept = `${asidePrefix}${segment}`;
  const operations: object[] = keys.map(toDeletion);
  for (const [i, update] of updates.entries())
    operations.push({ type: "put", key: ["v1", kept, "update", i], value: Buffer.from(update), ...asStored });
  operations.push({ type: "put", key: ["v1_sv", kept], value: Buffer.from([0, 1, 0]) });
  if (!instead) return [...operations, { type: "del", key: ["v1_sv", segment] }];
  operations.push({ type: "put", key: ["v1", segment, "update", 0], value: Buffer.from(instead) });
  operations.push({ type: "put", key: ["v1_sv", segment], value: Buffer.from(stateVectorToStored(instead)) });
  return operations;
}
