/**
 * A log's Y.Doc, written some dozens of texts at a time: a transaction of Yjs for each lone scan costs as much as its
 * fold and its encryption together. Nobody can tell: whoever looks into the Y.Doc finds all that was appended.
 */
import type { Segment } from "./feed.ts";
import { Y, type YDoc } from "./yjs.ts";

export interface LateDoc {
  readonly yDoc: YDoc;
  /** Verified texts, which go on where their segment ends. */
  append(segment: Pick<Segment, "name" | "client">, texts: readonly string[]): void;
}

interface Waiting {
  readonly name: string;
  readonly client: number;
  readonly texts: string[];
}

const waitingAtMost = 64;

export function createLateDoc(): LateDoc {
  const yDoc = new Y.Doc({ gc: false });
  const { store } = yDoc;
  let waiting: Waiting[] = [];
  let count = 0;

  function catchUp(): void {
    if (count === 0) return;
    const written = waiting;
    // At once, since Yjs looks into the document while it writes.
    waiting = [];
    count = 0;
    const write = (transaction: Y.Transaction): void => {
      for (const one of written) toItem(one).integrate(transaction, 0);
    };
    Y.transact(yDoc, write, "log", false);
  }

  /** As Yjs itself would make it of an update, without writing and reading one. */
  function toItem({ name, client, texts }: Waiting): Y.Item {
    const last = store.clients.get(client)?.at(-1) as Y.Item | undefined;
    const id = Y.createID(client, Y.getState(store, client));
    const content = new Y.ContentAny(texts);
    return new Y.Item(id, last ?? null, last?.lastId ?? null, null, null, yDoc.getArray(name), null, content);
  }

  for (const part of ["store", "share"] as const) {
    const value = yDoc[part];
    const get = (): typeof value => {
      catchUp();
      return value;
    };
    Object.defineProperty(yDoc, part, { get });
  }

  return {
    yDoc,
    append({ name, client }, texts) {
      const last = waiting.at(-1);
      if (last?.client === client) last.texts.push(...texts);
      else waiting.push({ name, client, texts: [...texts] });
      count += texts.length;
      if (count >= waitingAtMost) catchUp();
    },
  };
}
