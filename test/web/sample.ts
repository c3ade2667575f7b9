/** Rows, patrons and states for the tests of the pages. */
import type { DeskView, PatronView, StateView, TransactionRow } from "../../src/node/http/api.ts";

export function sampleRow(id: string, change: Partial<TransactionRow> = {}): TransactionRow {
  return {
    id,
    kind: "checkout",
    at: "2026-11-21T10:04:00+01:00",
    desk: { id: "d1", name: "Desk 1" },
    patron: "P1",
    item: id,
    exceptions: [],
    coverage: { desks: 1, of: 3 },
    position: { outage: 1, desk: "d1", run: "r", seq: 0 },
    ...change,
  };
}

export function samplePatron(barcode: string, change: Partial<PatronView> = {}): PatronView {
  return {
    barcode,
    name: `Name ${barcode}`,
    expired: false,
    blocks: [],
    known: "snapshot",
    loans: [],
    holds: [],
    ...change,
  };
}

export function sampleDesk(desk: string, change: Partial<DeskView> = {}): DeskView {
  return {
    desk,
    name: desk,
    made: 5,
    here: 5,
    verdict: "all-here",
    self: false,
    linked: true,
    runs: [],
    twin: false,
    standing: "admitted",
    ...change,
  };
}

export function sampleState(change: Partial<StateView> = {}): StateView {
  return {
    ready: true,
    branch: { id: "b", name: "Riverside", code: "RIV", timezone: "Europe/Berlin" },
    desk: { id: "d1", name: "Desk 1", run: "r" },
    version: "0",
    outage: { number: 1, state: "open" },
    desks: { desks: [sampleDesk("d1", { self: true })], matrix: [] },
    joins: { heard: [], requests: [], locked: false },
    waiting: 1,
    exceptions: { mustDecide: 0, lookAt: 0 },
    staff: { openDesks: true, supervisors: 2 },
    ...change,
  };
}
