/** What stands in LevelDB's tables and logs: records, numbered in the order in which they were written. */
import { checkLog } from "./level-logs.ts";
import { readVarint, tableEntries } from "./level-tables.ts";

export interface LevelRecord {
  /** A letter for each byte. */
  readonly key: string;
  readonly sequence: bigint;
  /** `null`: it was deleted. */
  readonly value: Buffer | null;
}

const putKind = 1;
const deletionKind = 0;

/** Behind each key in a table: eight bytes of its number, and of what was done. */
export function* recordsOfTable(bytes: Buffer): Generator<LevelRecord> {
  for (const [key, value] of tableEntries(bytes)) {
    const at = key.length - 8;
    if (at < 0) continue;
    const mark = key.readBigUInt64LE(at);
    const isPut = Number(mark & 0xffn) === putKind;
    yield { key: key.toString("latin1", 0, at), sequence: mark >> 8n, value: isPut ? value : null };
  }
}

/** A write has the number of its first record, how many there are, and one after the other. */
export function* recordsOfLog(bytes: Buffer): Generator<LevelRecord> {
  for (const write of checkLog(bytes).writes) {
    if (write.length < 12) continue;
    let sequence = write.readBigUInt64LE(0);
    let at = 12;
    const take = (): Buffer => {
      const [length, after] = readVarint(write, at);
      at = after + length;
      return write.subarray(after, at);
    };
    while (at < write.length) {
      const kind = write[at++];
      if (kind !== putKind && kind !== deletionKind) break;
      const key = take().toString("latin1");
      const value = kind === putKind ? take() : null;
      if (at > write.length) break;
      yield { key, sequence: sequence++, value };
    }
  }
}
