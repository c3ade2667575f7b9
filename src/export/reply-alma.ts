/**
 * Alma's job report of an offline circulation upload: the four messages that Ex Libris lists ("Common warnings / errors
 * from offline circ"), each with the barcode that it is about.
 */
import type { Advice } from "./advice.ts";
import type { LineReader, Reply } from "./reply.ts";

const MESSAGES: readonly {
  readonly said: RegExp;
  readonly words: string;
  readonly advice: Advice;
  readonly about: "item" | "patron";
  readonly act?: Reply["act"];
}[] = [
  { said: /item not found\b/i, words: "Item not found", advice: "item-unknown", about: "item" },
  { said: /user not found\b/i, words: "User not found", advice: "patron-unknown", about: "patron" },
  {
    said: /return item failed, item was not on loan\b/i,
    words: "Return item failed, item was not on loan",
    advice: "not-on-loan",
    about: "item",
    act: "return",
  },
  {
    said: /a later action on this item happened\b/i,
    words: "A later action on this item happened",
    advice: "later-action",
    about: "item",
  },
];

export const readAlmaLine: LineReader = (text, at) => {
  const message = MESSAGES.find(({ said }) => said.test(text));
  if (!message) return null;
  const barcode = /\bbarcode:\s*(\S+)/i.exec(text)?.[1]?.replace(/[.,;"')]+$/, "");
  if (barcode === undefined) return null;
  const { words, advice, about, act } = message;
  return { at, outcome: "refused", advice, words, [about]: barcode, ...(act === undefined ? {} : { act }) };
};
