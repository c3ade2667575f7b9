/**
 * Which links there are: one per pair of desks and document. When both sides dialled, the link that the lower run
 * dialled is kept, on both sides, without asking.
 */
import type { Clock } from "../ports.ts";
import { closeCodes } from "./hello.ts";
import type { Link } from "./link.ts";

export interface LinkRegistry {
  /** May a link to that run, dialled by that side, be made now? */
  allows(document: string, run: string, dialledBy: string): boolean;
  /** Puts it in, closing the one it replaces. */
  add(link: Link): void;
  /** False when it was replaced before. */
  remove(link: Link): boolean;
  get(document: string, run: string): Link | undefined;
  of(document: string): readonly Link[];
  all(): readonly Link[];
}

/** A link on which nothing came for so long gives way to a new one. */
const staleMs = 3_000;

export function createLinkRegistry(clock: Clock): LinkRegistry {
  const links = new Map<string, Link>();
  const keyOf = (document: string, run: string): string => `${document} ${run}`;

  function allows(document: string, run: string, dialledBy: string): boolean {
    const known = links.get(keyOf(document, run));
    if (!known || clock.monotonic() - known.heardAt > staleMs) return true;
    return known.dialledBy !== dialledBy && dialledBy < known.dialledBy;
  }

  return {
    allows,
    add(link) {
      const key = keyOf(link.document.name, link.peer.run);
      const replaced = links.get(key);
      links.set(key, link);
      replaced?.close(closeCodes.duplicate, "another link of this pair is kept");
      replaced?.ended();
    },
    remove(link) {
      const key = keyOf(link.document.name, link.peer.run);
      return links.get(key) === link && links.delete(key);
    },
    get: (document, run) => links.get(keyOf(document, run)),
    of: (document) => [...links.values()].filter((link) => link.document.name === document),
    all: () => [...links.values()],
  };
}
