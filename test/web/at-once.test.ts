/** One question to the node where there were two: what comes of a pile of codes is the same. */

import { expect, test } from "vitest";
import type { ScanView } from "../../src/node/http/api.ts";
import { recordAtOnce } from "../../src/web/at-once.ts";
import { answerToReply } from "../../src/web/reply.ts";
import type { Connection, HttpAnswer } from "../../src/web/request.ts";
import { step } from "../../src/web/scanning.ts";
import { type Command, type Effect, emptySession, type Input, type Session } from "../../src/web/session.ts";
import { createModel, type Model } from "../../src/web/store.ts";
import { array, asyncProperty, assert as check, constantFrom } from "../properties.ts";
import { samplePatron, sampleRow } from "./sample.ts";

/** Cards begin with P, cards that nobody knows with C, numbers of both with B, questions with Q; all else is items. */
const CODES = ["P1", "P2", "C3", "B4", "Q5", "I6", "I7", "X8"];

function meaningOf(barcode: string): ScanView {
  const patron = /^[PB]/.test(barcode) ? { patron: samplePatron(barcode) } : {};
  const item = /^[IQB]/.test(barcode) ? { item: { barcode, known: true, holds: 0 } } : {};
  return /^C/.test(barcode) ? { looksLike: "patron" } : { ...patron, ...item };
}

/** `loses`: says of each answer whether it is lost on its way to the page. */
function createNode(loses: () => boolean) {
  const asked: string[] = [];
  const log: Command[] = [];
  const connection = {
    async get(path: string): Promise<HttpAnswer | undefined> {
      asked.push(path);
      if (loses()) return undefined;
      return { status: 200, body: meaningOf(decodeURIComponent(path.slice("scan/".length))) };
    },
    async post(path: string, body: unknown): Promise<HttpAnswer | undefined> {
      asked.push(path);
      const { onlyItem, ...command } = body as Command & { onlyItem?: true };
      const scan = meaningOf(command.item ?? "");
      const isItem = scan.patron === undefined && (scan.item !== undefined || scan.looksLike !== "patron");
      if (onlyItem && !isItem) return { status: 409, body: { code: "not-only-item", scan } };
      if (command.item?.startsWith("Q") && command.overrides === undefined)
        return {
          status: 409,
          body: { questions: [{ code: "q", ref: "q", text: "?", role: "staff", severity: "override" }] },
        };
      if (!log.some(({ id }) => id === command.id)) log.push(command);
      if (loses()) return undefined;
      const view = { row: sampleRow(command.id, { item: command.item ?? "" }), notes: [] };
      return { status: 201, body: { receipt: {}, view } };
    },
  } as unknown as Connection;
  return { connection, asked, log };
}

/** Scans one after the other, says yes to every question, and gives what the node has and what the desk shows. */
async function play(codes: readonly string[], isAtOnce: boolean, lost: readonly boolean[] = []) {
  const losing = lost.values();
  const node = createNode(() => losing.next().value === true);
  let session: Session = emptySession;
  const model = (): Model => ({ ...createModel("out", "ab"), session });
  const connection = isAtOnce ? recordAtOnce(node.connection, model) : node.connection;
  const effects: Effect[] = [];
  const feed = (input: Input): void => {
    const around = { rows: {}, reachable: true, hasPatrons: true, timezone: "UTC" };
    const next = step(session, input, around, 0);
    session = next.session;
    effects.push(...next.effects);
  };
  for (const [index, barcode] of codes.entries()) {
    const scan = { kind: "scan", id: `t${index}`, barcode, mode: "out", source: "scan" } as const;
    feed({ kind: "scanned", scan, atMs: index });
    for (let rounds = 0; rounds < 50; rounds++) {
      const effect = effects.shift();
      if (effect?.kind === "look") {
        const answer = await connection.get(`scan/${effect.barcode}`);
        if (answer === undefined) feed({ kind: "resumed" });
        else feed({ kind: "looked", barcode: effect.barcode, meaning: answer?.body as ScanView });
      } else if (effect?.kind === "post") {
        const answer = await connection.post("transactions", effect.command);
        if (answer === undefined) feed({ kind: "resumed" });
        else
          feed({
            kind: "answered",
            id: effect.command.id,
            reply: answerToReply(answer?.status ?? 0, answer?.body),
          });
      } else if (session.phase.kind !== "idle") {
        feed({ kind: "confirmed", overrides: [{ code: "q", ref: "q", reason: "Seen" }] });
      } else break;
    }
  }
  return { log: node.log, listed: session.listed.out, patron: session.patron?.barcode, asked: node.asked };
}

test("whatever is scanned, the record and the desk are as with two questions, and never more is asked", async () => {
  await check(
    asyncProperty(array(constantFrom(...CODES), { maxLength: 12 }), async (codes) => {
      const [two, one] = [await play(codes, false), await play(codes, true)];
      expect({ ...one, asked: 0 }).toEqual({ ...two, asked: 0 });
      expect(one.asked.length).toBeLessThanOrEqual(two.asked.length);
    }),
  );
});

test("an answer that is lost is asked for again: what was recorded is recorded once, and shown", async () => {
  const losses = array(constantFrom(true, false), { maxLength: 30 });
  await check(
    asyncProperty(array(constantFrom(...CODES), { maxLength: 8 }), losses, async (codes, lost) => {
      const [whole, broken] = [await play(codes, true), await play(codes, true, lost)];
      expect({ ...broken, asked: 0 }).toEqual({ ...whole, asked: 0 });
    }),
  );
});

test("an item of the open patron is one question, and the first card is only looked at", async () => {
  const { asked, log } = await play(["P1", "I6", "I7"], true);
  expect(asked).toEqual(["scan/P1", "transactions", "transactions"]);
  expect(log.map(({ patron, item }) => [patron, item])).toEqual([
    ["P1", "I6"],
    ["P1", "I7"],
  ]);
});
