/** Texts as they are compared in a search: without case, accents and punctuation, and once more without umlauts. */

const apostrophes = /['’ʼ`]/g;

/**
 * The words of a text, lower case, without accents, each after a blank. A name with an apostrophe is one word and
 * also its parts, so that `obrien` and `brien` find O'Brien.
 */
export function wordsOf(text: string): string {
  const plain = plainText(text);
  const whole = toWords(plain.replaceAll(apostrophes, ""));
  if (plain.search(apostrophes) < 0) return whole;
  return whole + toWords(plain.replaceAll(apostrophes, " "));
}

/** The words of a part of a query, without blanks. */
export function wordsOfQuery(part: string): readonly string[] {
  return toWords(plainText(part).replaceAll(apostrophes, "")).split(" ").slice(1);
}

/** As it may be written without umlauts: Mueller and Müller are both `muller`, and find each other. */
export function bareText(plain: string): string {
  return plain.replaceAll(/([aou])e/g, "$1");
}

export function toDigits(text: string): string {
  return text.replaceAll(/\D/g, "");
}

/** Each word with a blank before it. */
function toWords(plain: string): string {
  const parted = ` ${plain}`.replaceAll(/[^\p{L}\p{N}]+/gu, " ");
  return parted.endsWith(" ") ? parted.slice(0, -1) : parted;
}

/** Lower case, without accents; letters that have no accent to lose become their nearest plain ones. */
function plainText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => plainLetters[letter] ?? letter);
}

const plainLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};
