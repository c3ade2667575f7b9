/** The picture of an outage for a supervisor: what each desk did minute by minute, moves, files, conflicts. No patrons. */
import { exceptionToText } from "../../crdt/circulation/exception-text.ts";
import type { Outage } from "../../crdt/circulation/outage-state.ts";
import type { Recorded, Transaction } from "../../crdt/circulation/transaction.ts";
import { countedTime } from "../../crdt/circulation/wall-time.ts";
import type { TimelineView } from "../http/api.ts";
import type { Answer } from "./desk.ts";
import { listVerdicts } from "./desks-view.ts";
import { listExceptions } from "./exceptions-view.ts";
import { ownIlsName } from "./judging.ts";
import { lateIsKnown } from "./late.ts";
import { outageDocument } from "./ledger-entries.ts";
import type { DeskParts } from "./parts.ts";

const minuteMs = 60_000;

export async function viewTimeline(parts: DeskParts, number: number): Promise<Answer<TimelineView>> {
  await lateIsKnown(parts);
  const outage = parts.ledger.branch.outages.get(number) ?? parts.ledger.branch.current;
  if (outage.number !== number) return { kind: "not-found", text: "There is no such outage." };
  const times = parts.times();
  const ticks = countByMinute(parts, number);
  const verdicts = listVerdicts(parts, outageDocument(number));
  return {
    kind: "done",
    value: {
      number,
      state: outage.state,
      desks: verdicts.map(({ desk, name, verdict, lastHeard }) => ({
        desk,
        name,
        ticks: [...(ticks.get(desk)?.values() ?? [])]
          .toSorted((a, b) => a.minute - b.minute || (a.kind < b.kind ? -1 : 1))
          .map(({ minute, kind, count }) => ({ at: times.rfc3339(minute * minuteMs), kind, count })),
        ...(verdict === "away" && lastHeard !== undefined ? { silentSince: lastHeard } : {}),
        verdict,
        ...saidOf(parts, number, desk),
      })),
      moves: listMoves(parts, outage),
      calls: [...outage.calls],
      batches: parts.ledger.branch.batches
        .filter(({ fact }) => fact.outage === number)
        .map(({ fact, madeAt, state }) => ({ at: times.rfc3339(madeAt), id: fact.id, state })),
      conflicts: listConflicts(parts, number),
    },
  };
}

function saidOf({ ledger }: DeskParts, outage: number, desk: string) {
  const said = ledger.branch.statements.findLast((one) => one.desk === desk && one.outage === outage);
  if (!said) return {};
  const { says, reason, staff } = said;
  return { said: { says, reason, ...(staff === undefined ? {} : { by: staff }) } };
}

function listMoves({ times }: DeskParts, { moves }: Outage): TimelineView["moves"] {
  return moves.map(({ at, to, staff, reason, toldBy }) => {
    const said = [reason, toldBy && `told by ${toldBy}`].filter(Boolean).join(", ");
    const who = staff === undefined ? {} : { by: staff };
    return { at: times().rfc3339(at), to, ...who, ...(said === "" ? {} : { said }) };
  });
}

interface Cell {
  readonly minute: number;
  readonly kind: string;
  count: number;
}

function countByMinute(parts: DeskParts, number: number): ReadonlyMap<string, ReadonlyMap<string, Cell>> {
  const { fold } = parts.ledger;
  const byDesk = new Map<string, Map<string, Cell>>();
  for (const recorded of fold.all()) {
    const { fact, position } = recorded;
    if (position.outage !== number || fact.kind === "settlement") continue;
    if (fold.recordedById(fact.id) !== recorded || fold.isVoided(fact.id) || fold.isRepeat(fact.id)) continue;
    const cells = byDesk.get(position.desk) ?? new Map<string, Cell>();
    byDesk.set(position.desk, cells);
    const minute = Math.max(0, Math.floor(countedTime(recorded as Recorded<Transaction>) / minuteMs));
    const key = `${minute} ${fact.kind}`;
    const cell = cells.get(key) ?? { minute, kind: fact.kind, count: 0 };
    cell.count++;
    cells.set(key, cell);
  }
  return byDesk;
}

function listConflicts(parts: DeskParts, number: number): TimelineView["conflicts"] {
  const words = { deskName: (desk: string) => parts.roster.nameOf(desk), ilsName: ownIlsName(parts) };
  return listExceptions(parts).flatMap((one) => {
    const last = parts.ledger.fold.recordedById(one.transactions.at(-1) ?? "");
    if (!one.mustDecide || last?.position.outage !== number) return [];
    return {
      at: parts.times().rfc3339(countedTime(last)),
      desk: last.position.desk,
      kind: one.kind,
      text: exceptionToText(one, words),
      settled: one.settlements.length > 0,
    };
  });
}
