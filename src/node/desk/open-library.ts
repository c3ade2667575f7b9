/** Opens the snapshots that this desk holds, and the library over them: its sources are the linked desks. */
import type { BranchState } from "../../crdt/circulation/branch-state.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { openSnapshotStore } from "../snapshot/snapshot-store.ts";
import { waitForEntries } from "./entries-first.ts";
import { createLibrary, type Library } from "./library.ts";
import type { OpenOptions } from "./open-desk.ts";
import type { Times } from "./times.ts";

export interface LibraryParts {
  readonly branch: () => BranchState;
  readonly mesh: () => Mesh | null;
  readonly times: () => Times;
}

export async function openLibrary(options: OpenOptions, parts: LibraryParts): Promise<Library> {
  const { ports, membership, emit, log } = options;
  const { store, removed, damaged } = await openSnapshotStore(ports.snapshots);
  for (const name of removed) log(`A half-written snapshot (${name.slice(0, 12)}) was removed.`);
  for (const { name, reason } of damaged) log(`Snapshot ${name.slice(0, 12)} can't be read: ${reason}`);
  const library = createLibrary({
    branchId: membership.branch,
    store,
    wire: ports.wire,
    clock: ports.clock,
    branch: parts.branch,
    entriesFirst: (isOver) => waitForEntries({ clock: ports.clock, ...parts }, isOver),
    sources() {
      const linked = parts.mesh()?.desks() ?? [];
      return linked.map(({ address, peer }) => ({ ...address, fingerprint: peer.fingerprint }));
    },
    events: {
      onChanged() {
        const view = library.view(parts.times().rfc3339);
        if (view) emit("snapshot", view);
        options.onChanged();
      },
      onProgress: (task, done, of, text) =>
        emit("progress", { task, done, ...(of === undefined ? {} : { of }), text }),
      onTrouble: log,
    },
  });
  return library;
}
