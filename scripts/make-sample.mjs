#!/usr/bin/env node
/**
 * Makes `sample/`: the made-up town library Riverside (RIV), all of it invented here and under this project's
 * licence. Seeded, so that running it again changes nothing. Usage: node scripts/make-sample.mjs [folder]
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.argv[2] ?? fileURLToPath(new URL("../sample/", import.meta.url));
const takenAt = "2026-03-02T05:30:00Z";
const random = seededRandom(20260302);

const surnames =
  "Müller Nguyễn O'Brien García Kowalski Øverland Çelik Dvořák Ferreira Hartmann Ishikawa Jansen Kaur Lindqvist Mbeki Novák Okafor Petrov Quinn Rossi Schröder Tanaka Uddin Varga Walker Yılmaz Zieliński Adams Baker Clarke Dupont Evans Fischer Groß Hughes Mueller Łukasik Morgan Price Saint-Clair".split(
    " ",
  );
const givenNames =
  "Anna Béla Chloé Dmitri Elif Finn Grace Håkon Inés Jürgen Kateřina Liam Mary-Ann Noor Olga Paweł Quý Rosa Søren Thảo Uwe Vera William Xenia Yusuf Zoë Emma Oscar Priya Samuel".split(
    " ",
  );
const streets = ["Mill Lane", "Ferry Road", "Weir Street", "Old Quay", "Orchard Hill", "Station Square"];
const adjectives =
  "Quiet Crooked Last Hidden Paper Silver Unfinished Slow Bright Borrowed Northern Winter Seventh Open".split(
    " ",
  );
const nouns =
  "River Bridge Garden Clockmaker Harbour Orchard Lighthouse Map Kitchen Letter Island Winter Ferryman Archive".split(
    " ",
  );
const authors = [
  "Ashgrove, Helen",
  "Bürgi, Matthias",
  "Castellanos, Inés",
  "Đặng, Thị Mai",
  "Ó Faoláin, Seán",
  "Weatherby, T. J.",
  "Nordahl, Åse",
  "Szabó, Márta",
];
/** Type, location, call number's beginning, how many of 600. */
const shelves = [
  ["book", "Adult Fiction", "FIC", 220],
  ["book", "Adult Non-Fiction", "6", 150],
  ["book", "Children", "J", 110],
  ["music-cd", "Audio/Video", "CD", 35],
  ["video", "Audio/Video", "DVD", 35],
  ["audiobook", "Audio/Video", "AB", 15],
  ["score", "Music", "M", 10],
  ["kit", "Library of Things", "KIT", 10],
  ["map", "Reference", "MAP", 5],
  ["serial", "Reading Room", "PER", 10],
];

const items = makeItems();
const patrons = makePatrons();
const loans = makeLoans();

await mkdir(folder, { recursive: true });
await write("items.csv", items);
await write("patrons.csv", patrons);
await write("loans.csv", loans);
await write("holds.csv", makeHolds());
await write("hours.csv", makeHours());
await write("closed-days.csv", [
  { branch: "RIV", start: "2026-04-03", end: "2026-04-06", reason: "Easter" },
  { branch: "RIV", start: "2026-05-01", end: "2026-05-01", reason: "May Day" },
  { branch: "RIV", start: "2026-08-17", end: "2026-08-22", reason: "Stocktaking" },
  { branch: "RIV", start: "2026-12-24", end: "2027-01-01", reason: "Winter holidays" },
]);
await writeFile(join(folder, "policy.json"), `${JSON.stringify(makePolicy(), null, 2)}\n`);
await writeFile(join(folder, "snapshot.json"), `${JSON.stringify({ takenAt })}\n`);

function makeItems() {
  const made = [];
  for (const [type, location, mark, count] of shelves) {
    for (let index = 0; index < count; index++) {
      const title_id = `t${1000 + Math.floor(made.length * 0.9)}`;
      const copyOf = made.findLast((item) => item.title_id === title_id && item.item_type === type);
      const author = copyOf?.author ?? pick(authors);
      const title = copyOf?.title ?? makeTitle();
      made.push({
        barcode: checked(`33191${(1000000 + made.length * 37).toString().padStart(8, "0")}`),
        title,
        author,
        call_number: `${mark}${mark === "6" ? `${index % 90}.${index % 7}` : ""} ${author.slice(0, 3).toUpperCase()}`,
        item_type: type,
        location,
        branch: "RIV",
        status: "available",
        item_message: "",
        opac_message: type === "kit" ? "w" : "",
        price: (5 + Math.floor(random() * 4000) / 100).toFixed(2),
        title_id,
      });
    }
  }
  const special = (index, members) => Object.assign(made[index], members);
  special(3, { title: "The Mill on the Weir:\na novel\nin three voices" });
  special(5, { title: longTitle() });
  special(7, { title: 'The "Silent" Ferry, and other stories; with notes' });
  special(9, { barcode: "RIV-0042", title: "A barcode of our own" });
  special(11, { barcode: "X1", title: "The Shortest Barcode" });
  special(13, { barcode: "999900001234567890", title: "The Longest Barcode" });
  special(20, { status: "library-use-only", item_message: "u", opac_message: "b", title: "Riverside Atlas" });
  special(21, {
    status: "library-use-only",
    item_message: "b",
    opac_message: "b",
    title: "Town Register 1890",
  });
  special(22, {
    status: "ask-reference",
    item_message: "r",
    opac_message: "r",
    title: "The Founders' Letters",
  });
  special(23, { status: "lost" });
  special(24, { status: "missing" });
  special(25, { status: "in-process" });
  special(26, { location: "One-Day Shelf", opac_message: "1", title: "Tonight's Film Club Choice" });
  special(27, { location: "Bestsellers", opac_message: "w", title: "This Month's Bestseller" });
  special(30, { location: "Reserves", opac_message: "2", title: "The Course Reader" });
  special(28, { item_message: "s", title: "The Shared Print Copy" });
  special(29, { status: "on-hold-shelf" });
  for (let index = 480; index < 500; index++) special(index, { item_message: `${2 + (index % 3)} discs` });
  return made;
}

function makeTitle() {
  const more = random() < 0.2 ? ` of ${pick(nouns)} and ${pick(nouns)}` : "";
  return `The ${pick(adjectives)} ${pick(nouns)}${more}`;
}

function makePatrons() {
  const made = [];
  for (let index = 0; index < 120; index++) {
    const child = index % 6 === 5;
    const year = child ? 2012 + (index % 8) : 1940 + ((index * 7) % 66);
    const expires =
      index % 10 === 4 ? `2025-${two(1 + (index % 12))}-15` : `2027-${two(1 + (index % 12))}-28`;
    const surname = surnames[index % surnames.length];
    const given = givenNames[(index * 11) % givenNames.length];
    made.push({
      barcode: checked(`21998${(2000000 + index * 53).toString().padStart(8, "0")}`),
      surname,
      given_names: given,
      category: child ? "Juvenile" : index % 17 === 3 ? "Restricted" : "Adult",
      branch: "RIV",
      expires,
      birth_date: `${year}-${two(1 + ((index * 5) % 12))}-${two(1 + ((index * 13) % 28))}`,
      phone: index % 4 === 0 ? "" : `555-01${two(index % 100)}-${1000 + index * 7}`,
      email: index % 3 === 0 ? "" : `reader${index}@example.org`,
      address: `${1 + ((index * 19) % 140)} ${streets[index % streets.length]}, Riverside`,
      blocks: "",
      message: "",
    });
  }
  const special = (index, members) => Object.assign(made[index], members);
  special(0, { given_names: "Jürgen", birth_date: "1969-02-14", phone: "555-0100-1969" });
  special(8, { barcode: "STAFF-7", message: "Works here" });
  special(15, { barcode: "R2D2", surname: "Riverside Primary School", given_names: "" });
  special(30, { blocks: "fines-limit" });
  special(31, { blocks: "barred" });
  special(32, { blocks: "fines-limit;overdues" });
  special(33, {
    blocks: "card-lost",
    message: "Card reported lost on 20 February.\nAsk for identification.",
  });
  special(40, { message: "A parcel waits at the desk" });
  return made;
}

function makeLoans() {
  const made = [];
  for (let index = 0; index < 80; index++) {
    const item = items[40 + index * 6];
    const patron = patrons[(index * 7) % 100];
    const day = 1 + ((index * 3) % 27);
    item.status = "checked-out";
    made.push({
      item_barcode: item.barcode,
      patron_barcode: patron.barcode,
      checked_out_at: `2026-02-${two(day)}T${two(10 + (index % 8))}:${two((index * 11) % 60)}:00`,
      due_at: `${dayAfter(2026, 1, day, 21)}T23:59:59`,
      renewals_left: index % 3,
    });
  }
  items[39].status = "checked-out";
  return made;
}

function makeHolds() {
  const held = [29, 46, 52, 58, 64, 70, 200, 201, 202, 203];
  return held.map((index, place) => ({
    item_barcode: place < 7 ? items[index].barcode : "",
    title_id: place < 7 ? "" : items[index].title_id,
    patron_barcode: patrons[(place * 9 + 4) % 100].barcode,
    pickup_branch: "RIV",
    placed_at: `2026-02-${two(10 + place)}T12:00:00`,
    status: place === 0 ? "on-shelf" : "queued",
    shelf_until: place === 0 ? "2026-03-09" : "",
  }));
}

function makeHours() {
  const week = [
    ["mon", "", ""],
    ["tue", "10:00", "18:00"],
    ["wed", "10:00", "18:00"],
    ["thu", "10:00", "20:00"],
    ["fri", "10:00", "18:00"],
    ["sat", "10:00", "14:00"],
    ["sun", "", ""],
  ];
  return week.map(([day, open, close]) => ({ branch: "RIV", day, open, close }));
}

function makePolicy() {
  return {
    loanRules: [
      { location: "Reserves", length: "2 hours" },
      { location: "One-Day Shelf", length: "1 day" },
      { location: "Bestsellers", length: "1 week" },
      {
        category: "Restricted",
        itemType: ["music-cd", "video", "audiobook"],
        length: "none",
        note: "Books only",
      },
      { itemType: ["map", "serial"], length: "none", note: "Read here" },
      { itemType: "kit", length: "1 week", renewals: 0 },
      { itemType: ["music-cd", "video", "audiobook", "score"], length: "14 days", renewals: 1, graceDays: 1 },
      { category: "Juvenile", length: "28 days", renewals: 3, graceDays: 7 },
      { length: "21 days", renewals: 2, graceDays: 3 },
    ],
    limits: [
      { category: "Restricted", items: 2 },
      { itemType: "kit", items: 1, role: "supervisor" },
      { items: 30 },
    ],
    blocks: {
      "fines-limit": { text: "fines over the limit" },
      "card-lost": { text: "card reported lost", role: "supervisor" },
      barred: { text: "barred from borrowing" },
    },
    ils: { name: "the library system", branch: "RIV" },
  };
}

function longTitle() {
  let title = "An Account of the River, its Bridges, Mills, Ferries and Floods";
  while (title.length < 400)
    title += `, with the ${pick(adjectives).toLowerCase()} ${pick(nouns).toLowerCase()}`;
  return title.slice(0, 400);
}

/** 13 digits and their mod 10 check digit. */
function checked(digits) {
  let sum = 0;
  for (const [index, digit] of [...digits].entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

function dayAfter(year, month, day, days) {
  return new Date(Date.UTC(year, month, day + days)).toISOString().slice(0, 10);
}

function two(number) {
  return number.toString().padStart(2, "0");
}

function pick(list) {
  return list[Math.floor(random() * list.length)];
}

/** Mulberry32: 32 bits of state are enough for a sample. */
function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

async function write(name, rows) {
  const columns = Object.keys(rows[0]);
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  await writeFile(join(folder, name), `${lines.map((line) => line.map(toField).join(",")).join("\n")}\n`);
}

function toField(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
