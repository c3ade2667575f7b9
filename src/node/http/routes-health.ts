/**
 * Is this node alive, is it ready, and how much is there: for programs that watch, so never personal data.
 */

import type { Desk } from "../desk/desk.ts";
import type { Host } from "../operating/host.ts";
import type { StateView } from "./api.ts";
import { z } from "./hono.ts";
import { defineRoute, type Route, toJson } from "./route.ts";

export function createHealthRoutes(desk: Desk, host: Host | undefined): readonly Route[] {
  return [
    defineRoute({
      method: "get",
      path: "/healthz",
      summary: "Is the process alive?",
      answers: { 200: { text: "Alive", schema: z.object({ status: z.literal("ok") }) } },
      run: () => toJson({ status: "ok" }),
    }),
    defineRoute({
      method: "get",
      path: "/readyz",
      summary: "Can this desk record?",
      answers: {
        200: { text: "Ready", schema: z.object({ status: z.literal("ready") }) },
        503: {
          text: "Not ready, with reasons",
          schema: z.object({ status: z.literal("not-ready"), reasons: z.array(z.string()) }),
        },
      },
      run: async () => {
        const trouble = (await host?.probeDisk()) ?? null;
        const reasons = [...listReasons(desk.state()), ...(trouble === null ? [] : [`disk: ${trouble}`])];
        return reasons.length === 0
          ? toJson({ status: "ready" })
          : toJson({ status: "not-ready", reasons }, 503);
      },
    }),
    defineRoute({
      method: "get",
      path: "/metrics",
      summary: "Counts, as Prometheus text",
      answers: { 200: { text: "Counts alone", mediaType: "text/plain" } },
      run: () =>
        new Response(stateToMetrics(desk.state()) + hostToMetrics(host), {
          headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
        }),
    }),
  ];
}

function listReasons(state: StateView): readonly string[] {
  if (state.ready) return [];
  if (state.fault) return [state.fault.kind];
  return [state.branch ? "starting" : "no-branch"];
}

/** Prometheus text of counts: no names, no barcodes, no desk ids. */
function stateToMetrics(state: StateView): string {
  const { desks } = state.desks;
  const sum = (pick: (view: (typeof desks)[number]) => number) =>
    desks.reduce((total, view) => total + pick(view), 0);
  const gauges: readonly Gauge[] = [
    ["deskmesh_ready", "1 when this desk can record.", state.ready ? 1 : 0],
    ["deskmesh_fault", "1 when the disk or the log failed.", state.fault ? 1 : 0],
    ["deskmesh_desks", "Desks of this branch, this one included.", desks.length],
    ["deskmesh_desks_linked", "Desks that are linked now.", sum((view) => (view.linked ? 1 : 0))],
    ["deskmesh_entries_made", "Entries that all desks are known to have made.", sum((view) => view.made)],
    ["deskmesh_entries_here", "Entries that are durable on this desk.", sum((view) => view.here)],
    ["deskmesh_entries_aside", "Entries kept aside.", sum((view) => view.aside?.count ?? 0)],
    ["deskmesh_waiting", "Transactions that are in no batch.", state.waiting],
    ["deskmesh_exceptions_must_decide", "Exceptions to decide.", state.exceptions.mustDecide],
    ["deskmesh_exceptions_look_at", "Exceptions to look at.", state.exceptions.lookAt],
    ["deskmesh_outage_number", "Number of the outage.", state.outage.number],
    ["deskmesh_outage_open", "1 while an outage is neither in standby nor closed.", isOpen(state) ? 1 : 0],
    ["deskmesh_snapshot_patrons", "Patrons in the snapshot.", state.snapshot?.patrons ?? 0],
    ["deskmesh_snapshot_items", "Items in the snapshot.", state.snapshot?.items ?? 0],
    ["deskmesh_snapshot_age_hours", "Age of the snapshot.", state.snapshot?.ageHours ?? 0],
  ];
  return gaugesToText(gauges);
}

type Gauge = readonly [name: string, help: string, value: number];

/** What a program that watches this PC over weeks wants to draw: memory, handles, room. */
function hostToMetrics(host: Host | undefined): string {
  const free = host?.space.free() ?? null;
  const gauges: Gauge[] = [
    ["deskmesh_uptime_seconds", "Since this node was started.", Math.round(process.uptime())],
    ["deskmesh_memory_bytes", "Resident memory of this node.", process.memoryUsage.rss()],
    ["deskmesh_heap_bytes", "Heap in use.", process.memoryUsage().heapUsed],
    ["deskmesh_resources", "Open handles and requests.", process.getActiveResourcesInfo().length],
    ...(free === null
      ? []
      : [["deskmesh_disk_free_bytes", "Room on the data folder's disk.", free] as const]),
    ...(host === undefined
      ? []
      : [["deskmesh_data_wiped", "How often the data folder was found wiped.", host.canary.wiped] as const]),
  ];
  return gaugesToText(gauges);
}

function gaugesToText(gauges: readonly Gauge[]): string {
  return gauges
    .map(([name, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`)
    .join("");
}

function isOpen(state: StateView): boolean {
  return state.outage.state !== "standby" && state.outage.state !== "closed";
}
