// A made-up city's library, far larger than a branch's: written by `node bench/city.mjs FOLDER PATRONS ITEMS LOANS`. The
// first patrons and items have the barcodes of `scans.mjs`, so that its scans ask no question.

import { once } from "node:events";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const syllables =
  "ba ber cho dal el fen gru ha in jor kel lü mar nou ö per qui ros schmi tan ul vi wen xa yu zi".split(" ");

/** A name of two to four syllables, the same for the same number: some 20,000 surnames. */
function name(n) {
  const parts = [syllables[n % 26], syllables[Math.floor(n / 26) % 26], syllables[Math.floor(n / 676) % 26]];
  const text = parts.slice(0, 2 + (n % 2)).join("");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const surname = (i) => name((i * 7919) % 17_576);
export const givenNames = (i) => `${name((i * 104_729) % 1_300)} ${name((i * 31) % 676)}`;
export const patronBarcode = (i) => String(21998020000000 + i);
export const itemBarcode = (i) => String(33191010000000 + i);
export const title = (i) => `${name(i * 13)} and the ${name(i * 17)} of ${name(i * 19)} ${i}`;
const two = (n) => String(n).padStart(2, "0");
export const birthDate = (i) => `${1930 + (i % 90)}-${two(1 + (i % 12))}-${two(1 + (i % 28))}`;

async function writeRows(path, header, count, row) {
  const file = createWriteStream(path);
  file.write(`${header}\n`);
  for (let i = 0; i < count; i++) if (!file.write(`${row(i)}\n`)) await once(file, "drain");
  file.end();
  await once(file, "finish");
}

async function writeCity(folder, patrons, items, loans) {
  mkdirSync(folder, { recursive: true });
  await writeRows(
    join(folder, "patrons.csv"),
    "barcode,surname,given_names,category,branch,expires,birth_date,phone,email,address,blocks,message",
    patrons,
    (i) =>
      `${patronBarcode(i)},${surname(i)},${givenNames(i)},Adult,RIV,2099-01-01,${birthDate(i)},030 ${5_550_000 + i},reader${i}@example.org,"${i % 200} Mill Lane, Riverside",,`,
  );
  await writeRows(
    join(folder, "items.csv"),
    "barcode,title,author,call_number,item_type,location,branch,status,price,title_id",
    items,
    (i) =>
      `${itemBarcode(i)},${title(i)},"${surname(i % 9_000)}, ${name(i % 600)}",${two(i % 100)}.${i % 1000} ${name(i).slice(0, 3).toUpperCase()},book,Stacks,RIV,available,19.90,t${Math.floor(i / 2)}`,
  );
  await writeRows(
    join(folder, "loans.csv"),
    "item_barcode,patron_barcode,checked_out_at,due_at,renewals_left",
    loans,
    // Behind the items that the scans lend.
    (i) =>
      `${itemBarcode(items - 1 - i)},${patronBarcode((i * 3) % patrons)},2026-02-01T10:00:00,2098-02-22T23:59:59,1`,
  );
  const policy = { loanRules: [{ length: "21 days", renewals: 2 }], limits: [{ items: 1_000 }] };
  writeFileSync(join(folder, "policy.json"), JSON.stringify(policy));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, ...counts] = process.argv.slice(2);
  await writeCity(folder, ...counts.map(Number));
}
