/** Yjs updates written by hand, struct by struct: what a dishonest peer could send and Yjs itself would never make. */
import { encoding } from "../../../src/crdt/log/yjs.ts";

export interface Origin {
  readonly client: number;
  readonly clock: number;
}

export type Struct =
  | { readonly kind: "gc" | "skip"; readonly length: number }
  | {
      readonly kind: "item";
      readonly origin?: Origin;
      readonly rightOrigin?: Origin;
      /** A root's name, or the item that holds it. */
      readonly parent?: string | Origin;
      readonly parentSub?: string;
      readonly content: Content;
    };

export type Content =
  | { readonly kind: "any"; readonly values: readonly unknown[] }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "json"; readonly values: readonly unknown[] }
  | { readonly kind: "deleted"; readonly length: number }
  | { readonly kind: "type"; readonly ref: number }
  | { readonly kind: "doc"; readonly guid: string };

const contentRefs = { deleted: 1, json: 2, string: 4, type: 7, any: 8, doc: 9 } as const;

export interface Writing {
  readonly client: number;
  readonly clock: number;
  readonly structs: readonly Struct[];
}

export interface Deletion {
  readonly client: number;
  readonly clock: number;
  readonly length: number;
}

export function encodeUpdate(writings: readonly Writing[], deletions: readonly Deletion[] = []): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, writings.length);
  for (const { client, clock, structs } of writings) {
    encoding.writeVarUint(encoder, structs.length);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    for (const struct of structs) writeStruct(encoder, struct);
  }
  encoding.writeVarUint(encoder, deletions.length);
  for (const { client, clock, length } of deletions) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarUint(encoder, length);
  }
  return encoding.toUint8Array(encoder);
}

function writeStruct(encoder: encoding.Encoder, struct: Struct): void {
  if (struct.kind !== "item") {
    encoding.writeUint8(encoder, struct.kind === "gc" ? 0 : 10);
    encoding.writeVarUint(encoder, struct.length);
    return;
  }
  const { origin, rightOrigin, parent, parentSub, content } = struct;
  const flags = (origin ? 0x80 : 0) | (rightOrigin ? 0x40 : 0) | (parentSub === undefined ? 0 : 0x20);
  encoding.writeUint8(encoder, contentRefs[content.kind] | flags);
  for (const id of [origin, rightOrigin]) if (id) writeId(encoder, id);
  if (!origin && !rightOrigin) {
    const root = parent === undefined || typeof parent === "string";
    encoding.writeVarUint(encoder, root ? 1 : 0);
    if (root) encoding.writeVarString(encoder, parent ?? "");
    else writeId(encoder, parent);
    if (parentSub !== undefined) encoding.writeVarString(encoder, parentSub);
  }
  writeContent(encoder, content);
}

function writeId(encoder: encoding.Encoder, { client, clock }: Origin): void {
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
}

function writeContent(encoder: encoding.Encoder, content: Content): void {
  switch (content.kind) {
    case "any":
      encoding.writeVarUint(encoder, content.values.length);
      for (const value of content.values) encoding.writeAny(encoder, value as encoding.AnyEncodable);
      break;
    case "json":
      encoding.writeVarUint(encoder, content.values.length);
      for (const value of content.values) encoding.writeVarString(encoder, JSON.stringify(value));
      break;
    case "string":
      encoding.writeVarString(encoder, content.text);
      break;
    case "deleted":
      encoding.writeVarUint(encoder, content.length);
      break;
    case "type":
      encoding.writeVarUint(encoder, content.ref);
      break;
    case "doc":
      encoding.writeVarString(encoder, content.guid);
      encoding.writeAny(encoder, {});
  }
}
