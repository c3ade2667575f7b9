/** English made longer by two fifths and accented: a text that stands there plain was never given to be translated. Pure. */

const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTED = [..."áƀçđéƒĝĥíĵķļɱñóþɋřšţúṽŵẋýžÅƁÇĐÉƑĜĤÍĴĶĻṀÑÓÞɊŘŠŢÚṼŴẊÝŽ"];
/** As frequent as two letters in five. */
const DOUBLED = /[aeiounrs]/i;

/** `Check {0}` → `Çĥééçķ {0}`: values keep their places. */
export function toPseudo(english: string): string {
  return english
    .split(/(\{\d+\})/)
    .map((part, index) => (index % 2 === 1 ? part : [...part].map(accent).join("")))
    .join("");
}

function accent(letter: string): string {
  const at = PLAIN.indexOf(letter);
  const accented = at === -1 ? letter : (ACCENTED[at] ?? letter);
  return DOUBLED.test(letter) ? accented + accented.toLowerCase() : accented;
}
