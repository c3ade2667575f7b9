/**
 * Carrying the log by hand, for a PC whose LAN is dead too. Out: all that this desk holds, as one file. In: what a file
 * holds more, verified like a link's input, by the same road into the log; twice is the same as once.
 */
import { access, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { listHeldOutages } from "../../crdt/circulation/branch-state.ts";
import type { Signer } from "../../crdt/log/digest.ts";
import { createLogDocument, type LogDocument } from "../../crdt/log/document.ts";
import { updatesSince } from "../../crdt/log/updates.ts";
import { objectToPassphrase } from "../backup/archive-key.ts";
import type { Answer } from "../desk/desk.ts";
import { outageDocument } from "../desk/ledger-entries.ts";
import type { DeskParts } from "../desk/parts.ts";
import type { CarriedInView, CarriedOutView } from "../http/api.ts";
import { syncFolder } from "../store/level.ts";
import {
  type CarriedUpdate,
  type CarryContents,
  CarryUnreadable,
  readCarry,
  writeCarry,
} from "./carry-file.ts";

export interface CarryRequest {
  /** Absolute. */
  readonly path: string;
  readonly passphrase: string;
}

export interface CarryActs {
  carryOut(request: CarryRequest): Promise<Answer<CarriedOutView>>;
  carryIn(request: CarryRequest): Promise<Answer<CarriedInView>>;
}

export function createCarryActs(
  inBranch: <T>(act: (parts: DeskParts) => Promise<Answer<T>>) => Promise<Answer<T>>,
  signer: () => Signer,
): CarryActs {
  return {
    carryOut: (request) => inBranch((all) => carryOut(all, signer(), request)),
    carryIn: (request) => inBranch((all) => carryIn(all, request)),
  };
}

/** 100,000 entries are 51 MB. */
const largestFile = 1024 * 1024 * 1024;

async function carryOut(
  parts: DeskParts,
  signer: Signer,
  { path, passphrase }: CarryRequest,
): Promise<Answer<CarriedOutView>> {
  const expected = isAbsolute(path) ? objectToPassphrase(passphrase) : "an absolute path";
  if (expected !== null) return refused("invalid", `expected ${expected}`);
  const documents = documentsOf(parts);
  const madeAt = parts.clock.now();
  const frontiers = new Map(documents.map((document) => [document.name, document.frontier()] as const));
  const head = { branch: parts.branchId, ...parts.own, version: parts.version, madeAt, frontiers };
  const file = await writeCarry(
    { head, updates: listUpdates(documents) },
    { passphrase, signer, random: parts.random },
  );
  const problem = await writeWhole(path, file);
  if (problem !== null) return refused("path", problem);
  const entries = documents.reduce((sum, document) => sum + countOf(document), 0);
  return { kind: "done", value: { path, entries, outages: documents.length - 1, bytes: file.length } };
}

/** `branch` first: what it says of desks is about entries that come behind it. */
function documentsOf({ ledger }: DeskParts): readonly LogDocument[] {
  const held = new Set(["branch", ...listHeldOutages(ledger.branch).map(outageDocument)]);
  const documents = ledger.books.all().map(({ document }) => document);
  return documents
    .filter(({ name }) => held.has(name))
    .sort((a, b) => Number(b.name === "branch") - Number(a.name === "branch"));
}

function* listUpdates(documents: readonly LogDocument[]): Generator<CarriedUpdate> {
  for (const document of documents)
    for (const update of updatesSince(document, new Map())) yield { document: document.name, update };
}

/** `null`: it is there, whole and synced. Else why not; then nothing is. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<string | null> {
  const unfinished = `${path}.unfinished`;
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return "There is a file of that name already. Expected one that isn't there yet.";
  try {
    const file = await open(unfinished, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    // What takes no file may let none go either: a stick that was pulled out, a path below a file.
    const isLeft = await rm(unfinished, { force: true }).then(
      () => false,
      (other: NodeJS.ErrnoException) => other.code !== "ENOTDIR",
    );
    const why = code === "ENOSPC" ? "the disk is full" : code;
    const rest = isLeft ? `A part of it may be left, as ${unfinished}.` : "Nothing of it is left.";
    return `The file can't be written there: ${why}. ${rest}`;
  }
}

async function carryIn(parts: DeskParts, { path, passphrase }: CarryRequest): Promise<Answer<CarriedInView>> {
  if (!isAbsolute(path)) return refused("invalid", "expected an absolute path");
  const bytes = await readWhole(path);
  if (typeof bytes === "string") return refused("path", bytes);
  let contents: CarryContents;
  try {
    contents = await readCarry(bytes, passphrase);
  } catch (error) {
    if (error instanceof CarryUnreadable)
      return refused(error.code, `${error.message} Nothing was taken in.`);
    throw error;
  }
  const wrong = objectTo(parts, contents) ?? (await findUnproven(parts, contents));
  if (wrong) return refused(wrong.code, `${wrong.text} Nothing was taken in.`);
  return takeIn(parts, contents);
}

async function readWhole(path: string): Promise<Buffer | string> {
  try {
    const { size } = await stat(path);
    if (size > largestFile) return `A carried file has at most ${largestFile} bytes; this one has ${size}.`;
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code === "ENOENT" ? "There is no such file." : `The file can't be read (${code}).`;
  }
}

interface Objection {
  readonly code: string;
  readonly text: string;
}

function objectTo({ branchId, ledger }: DeskParts, { head }: CarryContents): Objection | null {
  if (head.branch !== branchId) return { code: "other-branch", text: "The file is of another branch." };
  const desk = ledger.branch.desks.get(head.desk);
  if (!desk) {
    const text = `${head.name}, which wrote the file, is not known at this desk. Carry in a file of a desk that is, or link the two.`;
    return { code: "unknown-desk", text };
  }
  if (desk.retired === undefined) return null;
  const text = `${head.name}, which wrote the file, is retired: nothing is taken from it any more.`;
  return { code: "retired-desk", text };
}

/** The file alone is a whole log: it is built up beside ours first, so that what fails there never touches ours. */
async function findUnproven(
  { branchId, clock }: DeskParts,
  { head, updates }: CarryContents,
): Promise<Objection | null> {
  const beside = new Map<string, LogDocument>();
  const nobody = { onEntries: () => undefined, onTwin: () => undefined };
  for (const [n, { document: name, update }] of updates.entries()) {
    const document = beside.get(name) ?? createLogDocument(branchId, name, () => null, nobody);
    beside.set(name, document);
    const accepted = document.accept(update);
    if (accepted.kind !== "advanced" && accepted.kind !== "known")
      return {
        code: "unproven",
        text: "What is in the file does not prove itself: it is not what the desks wrote.",
      };
    // Scans at this desk go on meanwhile.
    if (n % 16 === 15) await new Promise<void>((resolve) => clock.after(0, resolve));
  }
  for (const [name, frontier] of head.frontiers)
    for (const [key, { count }] of frontier)
      if ((beside.get(name)?.feed(key)?.count ?? 0) < count)
        return { code: "unproven", text: "The file says of itself that it holds more than it does." };
  return null;
}

async function takeIn(parts: DeskParts, { head, updates }: CarryContents): Promise<Answer<CarriedInView>> {
  const { ledger, roster, holdings } = parts;
  let fresh = 0;
  let forked = 0;
  const skipped = new Set<string>();
  for (const [n, { document: name, update }] of updates.entries()) {
    const journal = await openHeld(parts, name);
    if (!journal) {
      skipped.add(name);
      continue;
    }
    const accepted = journal.document.accept(update);
    if (accepted.kind === "advanced") {
      journal.keep(accepted.advance, update);
      fresh += accepted.advance.count - accepted.advance.from;
    } else if (accepted.kind !== "known") {
      forked += 1;
      parts.log(
        `A part of the file from ${head.name} has another content here and was left out (${accepted.kind}).`,
      );
    }
    if (n % 16 === 15) await new Promise<void>((resolve) => parts.clock.after(0, resolve));
  }
  await ledger.settled();
  await holdings.settled();
  // Accepted isn't saved: whether the disk took it is told by the fault alone, and whoever is answered puts the file away.
  const fault = parts.fault();
  if (fault) return { kind: "fault", fault };
  const { desk, name, version, madeAt, frontiers } = head;
  const known = new Map([...frontiers].filter(([document]) => !skipped.has(document)));
  if (desk !== parts.own.desk) roster.hearByFile(desk, { name, version, at: madeAt, frontiers: known });
  await roster.save();
  const value = {
    from: { desk, name },
    madeAt: parts.times().rfc3339(madeAt),
    entries: fresh,
    leftOut: forked,
    purged: skipped.size,
  };
  return { kind: "done", value };
}

/**
 * Nothing: it is purged, or nobody has opened that outage, or the disk has failed. What `branch` says is durable before an
 * outage is asked for.
 */
async function openHeld({ ledger, fault }: DeskParts, name: string) {
  if (name !== "branch") {
    await ledger.books.caughtUp();
    if (fault()) return undefined;
    if (!listHeldOutages(ledger.branch).some((outage) => outageDocument(outage) === name)) return undefined;
  }
  return ledger.books.open(name);
}

function countOf(document: LogDocument): number {
  let count = 0;
  for (const feed of document.feeds()) count += feed.count;
  return count;
}

function refused(kind: string, text: string): Answer<never> {
  return { kind: "refused", refusal: { kind, text } };
}
