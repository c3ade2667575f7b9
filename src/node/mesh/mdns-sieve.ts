/**
 * What of an mDNS packet reaches the library. That compares each record with each other one, letter by letter, and answers
 * each question: one forged packet of 7 KB held a desk for six seconds, scans and pages with it. So only what is of our
 * service passes, little of it, and in small letters, which cost nothing to compare.
 */
import type { EventEmitter } from "node:events";
import type { Clock } from "../ports.ts";

export const serviceName = "_deskmesh._tcp.local";
const allServices = "_services._dns-sd._udp.local";

/** As dns-packet decodes it: anything may stand there. */
export interface Packet {
  readonly answers?: readonly MdnsRecord[];
  readonly additionals?: readonly MdnsRecord[];
  readonly questions?: readonly Question[];
}

export interface MdnsRecord {
  readonly type: string;
  readonly name: string;
  readonly data?: unknown;
}

interface Question {
  readonly type: string;
  readonly name: string;
}

/** Desks that answer in one packet, and what they say in all, with some addresses each. */
const maxPointers = 32;
const maxRecords = 128;
const maxQuestions = 8;
/** Ours have a quarter of that. */
const maxNameLength = 128;
/** Answers are multicast: when fifty desks ask at once, each hears those that the others get. */
const answersInSecond = 20;

/** From now on `mdns` tells its listeners of nothing else. `run`: what this node announces, if anything. */
export function siftPackets(mdns: EventEmitter, clock: Clock, run: string | undefined): void {
  const emit = mdns.emit.bind(mdns);
  const own = new Set(run === undefined ? [] : namesOf(run));
  const mayAnswer = createPace(clock);
  mdns.emit = (event, packet, ...rest) => {
    if (event === "response") return emit(event, siftResponse(packet as Packet), ...rest);
    if (event !== "query") return emit(event, packet, ...rest);
    const questions = siftQuestions(packet as Packet, own);
    if (questions.length === 0 || !mayAnswer()) return false;
    return emit(event, { ...(packet as Packet), questions }, ...rest);
  };
}

/** What a node that announces this run has records of. */
function namesOf(run: string): readonly string[] {
  const host = run.toLowerCase();
  return [serviceName, allServices, `${host}.${serviceName}`, `${host}.local`];
}

export function siftResponse(packet: Packet): Packet {
  const answers: MdnsRecord[] = [];
  let pointers = 0;
  for (const record of [...(packet.answers ?? []), ...(packet.additionals ?? [])]) {
    const sifted = siftRecord(record);
    if (!sifted || (sifted.type === "PTR" && ++pointers > maxPointers)) continue;
    answers.push(sifted);
    if (answers.length === maxRecords) break;
  }
  return { ...packet, answers, additionals: [] };
}

function siftRecord(record: MdnsRecord): MdnsRecord | null {
  const name = small(record.name);
  if (name === null) return null;
  const { type, data } = record;
  if (type === "PTR") {
    const pointed = name === serviceName ? small(data) : null;
    return pointed === null ? null : { ...record, name, data: pointed };
  }
  if (type === "A" || type === "AAAA") return { ...record, name };
  if (!name.endsWith(`.${serviceName}`)) return null;
  if (type === "TXT") return { ...record, name };
  if (type !== "SRV" || typeof data !== "object" || data === null) return null;
  const target = small((data as { readonly target?: unknown }).target);
  return target === null ? null : { ...record, name, data: { ...data, target } };
}

function siftQuestions({ questions = [] }: Packet, own: ReadonlySet<string>): readonly Question[] {
  const asked = new Map<string, Question>();
  for (const question of questions) {
    const name = small(question.name);
    if (name !== null && own.has(name)) asked.set(`${question.type} ${name}`, question);
    if (asked.size === maxQuestions) break;
  }
  return [...asked.values()];
}

function small(name: unknown): string | null {
  return typeof name === "string" && name.length <= maxNameLength ? name.toLowerCase() : null;
}

function createPace(clock: Clock): () => boolean {
  let since = Number.NEGATIVE_INFINITY;
  let given = 0;
  return () => {
    const now = clock.monotonic();
    if (now - since >= 1_000) [since, given] = [now, 0];
    return ++given <= answersInSecond;
  };
}
