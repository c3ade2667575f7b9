/** The lifecycle of outages: standby → open → closing → loading → closed, each move an entry of `branch` (L18). */

import type { OutageMove as Move } from "../../crdt/circulation/branch-fact.ts";
import { nextState, type Outage } from "../../crdt/circulation/branch-state.ts";
import type { OutageView } from "../http/api.ts";
import { findObstacles, listMissing } from "./closing.ts";
import type { Answer, OutageMove, OutageOptions, OutageWord } from "./desk.ts";
import { ilsToSay } from "./judging.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";

export function viewOutage(parts: DeskParts, outage: Outage = parts.ledger.branch.current): OutageView {
  const { rfc3339 } = parts.times();
  const question = questionHere(parts, outage);
  const missing = listMissing(parts);
  const isRecorded = outage.moves.length + outage.calls.length + outage.words.size > 0;
  return {
    number: outage.number,
    state: outage.state,
    ...(outage.since === undefined ? {} : { since: rfc3339(outage.since) }),
    ...(outage.changedAt === undefined ? {} : { changedAt: rfc3339(outage.changedAt) }),
    ...(outage.scope === undefined ? {} : { scope: outage.scope }),
    ...(isRecorded && { record: viewRecord(parts, outage) }),
    ...(question === null ? {} : { question }),
    ...(missing.length > 0 && { missing }),
    ...(outage.state === "standby" && closedBefore(parts, outage.number - 1)),
  };
}

/** Staff still scan again what came back in it: every desk says so until it is forgotten or the next one begins. */
function closedBefore({ ledger, times }: DeskParts, number: number): Pick<OutageView, "before"> {
  const { outages, purges } = ledger.branch;
  const { state, changedAt } = outages.get(number) ?? {};
  if (state !== "closed" || changedAt === undefined || purges.purges.has(number)) return {};
  return { before: { number, closedAt: times().rfc3339(changedAt) } };
}

function viewRecord(parts: DeskParts, outage: Outage): NonNullable<OutageView["record"]> {
  const { rfc3339 } = parts.times();
  const nameOf = (desk: string): string => parts.roster.nameOf(desk);
  return {
    ...(outage.openedAt !== undefined && {
      openedAt: { desk: outage.openedAt, name: nameOf(outage.openedAt) },
    }),
    moves: outage.moves.map(({ at, desk, staff, ...said }) => ({
      ...said,
      at: rfc3339(at),
      desk: nameOf(desk),
      ...(staff === undefined ? {} : { by: staff }),
    })),
    calls: [...outage.calls],
    reports: [...outage.words].map(([desk, { says, at, staff, toldBy }]) => ({
      desk,
      name: nameOf(desk),
      says,
      at: rfc3339(at),
      ...(staff === undefined ? {} : { by: staff }),
      ...(toldBy === undefined ? {} : { toldBy }),
    })),
  };
}

/** Where only one desk is cut off, the others are asked; who has answered, or has heard more, isn't. */
function questionHere(parts: DeskParts, outage: Outage): string | null {
  const { own, roster } = parts;
  const { state, scope, openedAt, words } = outage;
  if (state !== "open" || scope !== "this-desk" || openedAt === undefined || openedAt === own.desk)
    return null;
  if (words.has(own.desk)) return null;
  return `${roster.nameOf(openedAt)} has lost ${ilsToSay(parts)}. Is yours down too?`;
}

/** Writes the move and waits until it is durable. */
export async function moveTo(
  parts: DeskParts,
  outage: number,
  to: Move,
  options: OutageOptions & { readonly missing?: readonly string[] },
  staff?: string,
): Promise<void> {
  const { scope, ...details } = options;
  const hasDetails = Object.values(details).some((value) => value !== undefined);
  await parts.ledger.appendBranch(
    {
      kind: "outage",
      outage,
      to,
      ...(scope === undefined ? {} : { scope }),
      ...(hasDetails ? { details: JSON.stringify(details) } : {}),
    },
    staff,
  );
}

export async function moveOutage(
  parts: DeskParts,
  move: OutageMove,
  options: OutageOptions,
  staff?: string,
): Promise<Answer<OutageView>> {
  const outage = parts.ledger.branch.current;
  if (move === "open" && outage.state !== "standby") return openToo(parts, options, staff);
  if (nextState(outage.state, move) === null) {
    const text = `The outage is ${outage.state}: ${move} is not possible from there.`;
    return { kind: "conflict", code: "lifecycle", text };
  }
  const { number } = outage;
  if (move === "close") {
    const { obstacles, missing } = await findObstacles(parts, outage);
    if (obstacles.length > 0) {
      const code = obstacles[0]!.code;
      const words = obstacles.map(({ text }) => text);
      return { kind: "conflict", code, text: words.join(" "), obstacles: words };
    }
    await moveTo(parts, number, move, { ...options, ...(missing.length > 0 && { missing }) }, staff);
  } else await moveTo(parts, number, move, options, staff);
  return { kind: "done", value: viewOutage(parts, parts.ledger.branch.outages.get(number)) };
}

/** It is open already: said at another desk, that is news; said again with nothing new, it is none. */
async function openToo(
  parts: DeskParts,
  { called = [] }: OutageOptions,
  staff?: string,
): Promise<Answer<OutageView>> {
  const { openedAt, state, words } = parts.ledger.branch.current;
  if (state !== "open") {
    const text = `The outage is ${state}: open is not possible from there.`;
    return { kind: "conflict", code: "lifecycle", text };
  }
  const isNews = openedAt !== parts.own.desk && words.get(parts.own.desk)?.says !== "down";
  const said: OutageWord[] = isNews ? [{ says: "down" }] : [];
  if (called.length > 0) said.push({ says: "called", called });
  for (const word of said) await tellOutage(parts, word, staff);
  return { kind: "done", value: viewOutage(parts) };
}

/** What a desk says of its ILS, and who was called: entries that every desk shows. */
export async function tellOutage(
  parts: DeskParts,
  word: OutageWord,
  staff?: string,
): Promise<Answer<OutageView>> {
  const { number, state } = parts.ledger.branch.current;
  if (state === "standby") {
    const text = "There is no outage: open one first.";
    return { kind: "conflict", code: "lifecycle", text };
  }
  const fact = { kind: "outage-word", outage: number, says: word.says } as const;
  if (word.says === "called") {
    for (const { who, at, by } of word.called) {
      const call = {
        ...fact,
        who,
        ...(at === undefined ? {} : { when: at }),
        ...(by ? { calledBy: by } : {}),
      };
      await parts.ledger.appendBranch(call, staff);
    }
  } else {
    const { toldBy, at } = word;
    const told = {
      ...(toldBy === undefined ? {} : { who: toldBy }),
      ...(at === undefined ? {} : { when: at }),
    };
    await parts.ledger.appendBranch({ ...fact, ...told }, staff);
  }
  return { kind: "done", value: viewOutage(parts) };
}

/** Ends this desk's run of the outage in order; scanning after it starts a new run. */
export async function finishRun(parts: DeskParts, staff?: string): Promise<void> {
  const at = parts.clock.now();
  for (const journal of parts.ledger.books.all()) {
    if (journal.document.name === "branch") continue;
    await journal.finishRun({ at, ...(staff === undefined ? {} : { staff }) });
  }
}

/** "Done at this desk". */
export async function endRun(parts: DeskParts, staff?: string): Promise<Answer<OutageView>> {
  await finishRun(parts, staff);
  return { kind: "done", value: viewOutage(parts) };
}

export function currentDocument(parts: DeskParts): string {
  return outageDocument(parts.ledger.branch.current.number);
}
