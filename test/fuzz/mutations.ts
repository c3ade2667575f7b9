/** Valid inputs, made a little wrong: what gets past the first look of a parser, as pure noise never does. */
import * as fc from "../properties.ts";

/** As deep as a frame or a body may be, and far deeper than a stack. */
export const deep = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth);

/** Values that no field expects, as JSON texts. */
const hostile = fc.constantFrom(
  "null",
  "true",
  "0",
  "-1",
  "-0",
  "1e308",
  "1e999",
  "9007199254740993",
  "0.1",
  '""',
  '"\\ud800"',
  '"\\u0000"',
  '"\\u202e"',
  '"__proto__"',
  `"${"x".repeat(20_000)}"`,
  "[]",
  "{}",
  '{"length":1e9}',
  '{"__proto__":{"kind":"checkout"}}',
  '{"toString":1,"valueOf":1,"constructor":null}',
  deep(40, "[", "]"),
  deep(20_000, "[", "]"),
  `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
  `[${"0,".repeat(5_000)}0]`,
);

/** One place in a JSON text: a value, or a name with its value. */
const places = /"(?:[^"\\]|\\.)*"(?:\s*:)?|-?\d[\d.eE+-]*|true|false|null|[[\]{},]/g;

/** The JSON of a valid value with a value replaced, a name doubled, lost or misspelt, or a text cut, doubled, spliced. */
export function mutatedJson(...valid: readonly unknown[]): fc.Arbitrary<string> {
  const how = fc.constantFrom("value", "value", "value", "double", "lose", "rename", "cut", "repeat", "swap");
  return fc
    .tuple(fc.constantFrom(...valid), how, fc.nat(), fc.nat(), hostile)
    .map(([value, kind, first, second, replacement]) => {
      const text = JSON.stringify(value);
      const found = [...text.matchAll(places)];
      const one = found[first % found.length];
      const other = found[second % found.length];
      if (!one || !other) return replacement;
      const [at, end] = [one.index, one.index + one[0].length];
      const isName = one[0].endsWith(":");
      const start = text.slice(0, at);
      if (kind === "value") return start + (isName ? `"${one[0].length}":` : replacement) + text.slice(end);
      if (kind === "double")
        return text.replace(/^\{/, `{${/"[^"]*":("[^"]*"|\d+|true)/.exec(text)?.[0] ?? '"a":1'},`);
      if (kind === "lose") return start + text.slice(end);
      if (kind === "rename")
        return text.replace(/"([a-z]+)":/, `"$1${String.fromCharCode(97 + (first % 26))}":`);
      if (kind === "cut") return text.slice(0, second % text.length);
      if (kind === "repeat") return start + one[0].repeat(2) + text.slice(end);
      return text.slice(0, at) + other[0] + text.slice(end);
    });
}

/** Valid bytes with bits turned over, cut off, spliced with others, or a length that can't be. */
export function mutatedBytes(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const how = fc.constantFrom(...(Object.keys(mutations) as (keyof typeof mutations)[]));
  return fc
    .tuple(fc.constantFrom(...valid), fc.constantFrom(...valid), how, fc.nat(), fc.nat())
    .map(([one, other, kind, at, more]) => {
      const parts = mutations[kind](Buffer.from(one), at % Math.max(1, one.length), more, Buffer.from(other));
      return Uint8Array.from(Buffer.concat(parts));
    });
}

type Mutation = (bytes: Buffer, at: number, more: number, other: Buffer) => readonly Uint8Array[];

const mutations = {
  flip: (bytes, at, more) => [flip(bytes, at, more)],
  flips: (bytes, at, more) =>
    [...Array(1 + (more % 8)).keys()].reduce((all, i) => [flip(all[0]!, at + i * 31, more + i)], [bytes]),
  cut: (bytes, at) => [bytes.subarray(0, at)],
  splice: (bytes, at, more, other) => [
    bytes.subarray(0, at),
    other.subarray(more % Math.max(1, other.length)),
  ],
  double: (bytes, at) => [bytes.subarray(0, at), bytes],
  // As a varint it is 2 to the power of 35.
  length: (bytes, at) => [
    bytes.subarray(0, at),
    Uint8Array.of(255, 255, 255, 255, 127),
    bytes.subarray(at + 1),
  ],
  insert: (bytes, at, more) => [bytes.subarray(0, at), Buffer.alloc(more % 9), bytes.subarray(at)],
} satisfies Record<string, Mutation>;

function flip(bytes: Buffer, at: number, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const place = at % Math.max(1, bytes.length);
  if (bytes.length > 0) changed[place] = changed[place]! ^ (1 << (bit % 8));
  return changed;
}

/** How many; the seed is that of all properties (test/properties.ts). */
export function runs(usual: number, full: number): { readonly numRuns: number } {
  return { numRuns: process.env.DESKMESH_FULL === "1" ? full : usual };
}
