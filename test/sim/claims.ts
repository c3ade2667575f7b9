/**
 * What a frame says that its sender holds durably: a frontier all of it, its marks that moved some, a live update what is
 * in it (decision 0167). The places of an update are worked out from what went by before, not from any desk's log.
 */

import { statedBefore } from "../../src/crdt/log/feed.ts";
import { feedKey } from "../../src/crdt/log/feed-name.ts";
import { parseFrame } from "../../src/crdt/log/frames.ts";
import type { Frontier, FrontierMark } from "../../src/crdt/log/frontier.ts";
import { guardUpdate } from "../../src/crdt/log/guard.ts";

export interface Claim {
  /** All that it holds; else beside what it said before. */
  readonly whole: boolean;
  readonly marks: Frontier;
}

export interface Claims {
  read(frame: Uint8Array): Claim | null;
}

export function createClaims(): Claims {
  /** A segment's writer → its feed, and how much of that came before it. */
  const segments = new Map<number, { readonly feed: string; readonly start: number }>();

  function placeOf(update: Uint8Array): Map<string, FrontierMark> {
    const marks = new Map<string, FrontierMark>();
    const guarded = guardUpdate(update);
    if (guarded.kind !== "append") return marks;
    const { client, clock, texts, segment } = guarded;
    if (segment && !segments.has(client)) {
      const start = segment.segment === 0 ? 0 : statedBefore(texts[0]!);
      segments.set(client, { feed: feedKey(segment.desk, segment.run), start });
    }
    const known = segments.get(client);
    // The hash is nobody's business here.
    if (known) marks.set(known.feed, { count: known.start + clock + texts.length, hash: "" });
    return marks;
  }

  return {
    read(frame) {
      const parsed = parseFrame(frame);
      if (parsed.kind === "frontier") return { whole: true, marks: parsed.frontier };
      if (parsed.kind === "moved") return { whole: false, marks: parsed.marks };
      if (parsed.kind !== "sync" || parsed.sync.kind === "step1") return null;
      const marks = placeOf(parsed.sync.update);
      // What is asked for or handed on may not be on the disk of its sender.
      return parsed.sync.kind === "update" ? { whole: false, marks } : null;
    },
  };
}
