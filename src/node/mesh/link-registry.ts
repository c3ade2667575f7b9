/**
 * Which links there are: one per pair of desks and document. When both sides dialled at once, the link that the lower
 * run dialled is kept, on both sides, without asking. Nobody dials whom it is linked to: a desk that dials when its link
 * is no longer new has lost its end of it (its cable was out, its address is another), and the new one takes its place.
 */
import type { Clock } from "../ports.ts";
import { closeCodes } from "./hello.ts";
import { isPrivateAddress, withoutScope } from "./interfaces.ts";
import type { Link } from "./link.ts";

export interface LinkRegistry {
  /** May a link to that run, dialled by that side, be made now? `fingerprint`: whose certificate is shown there. */
  allows(document: string, run: string, dialledBy: string, fingerprint: string): boolean;
  /** Puts it in, closing the one it replaces. */
  add(link: Link): void;
  /** False when it was replaced before. */
  remove(link: Link): boolean;
  /**
   * This PC has these addresses now. What hangs on one that is gone is dead, though nobody will ever be told: it is
   * dropped at once.
   */
  cutAway(addresses: readonly string[]): void;
  /** The branch's link doesn't answer: the others between the same two desks ask too rarely to notice. */
  cutBeside(silent: Link): void;
  get(document: string, run: string): Link | undefined;
  of(document: string): readonly Link[];
  all(): readonly Link[];
}

/** A link on which nothing came for so long gives way to a new one. */
const staleMs = 3_000;
/** Both dialled at once: their dials cross within this time. */
const newMs = 2_000;

interface Known {
  readonly link: Link;
  /** Monotonic ms. */
  readonly since: number;
}

export function createLinkRegistry(clock: Clock): LinkRegistry {
  const links = new Map<string, Known>();
  const keyOf = (document: string, run: string): string => `${document} ${run}`;

  function allows(document: string, run: string, dialledBy: string, fingerprint: string): boolean {
    const known = links.get(keyOf(document, run));
    const now = clock.monotonic();
    if (!known || now - known.link.heardAt > staleMs) return true;
    // A run is only said; whose link it is, is proven.
    if (known.link.peer.fingerprint !== fingerprint) return false;
    if (dialledBy < known.link.dialledBy) return true;
    const isTheirs = dialledBy === run;
    return isTheirs && (known.link.dialledBy === run || now - known.since > newMs);
  }

  const all = (): readonly Link[] => [...links.values()].map(({ link }) => link);

  return {
    allows,
    add(link) {
      const key = keyOf(link.document.name, link.peer.run);
      const replaced = links.get(key);
      links.set(key, { link, since: clock.monotonic() });
      replaced?.link.expel(closeCodes.duplicate, "another link of this pair is kept");
    },
    remove(link) {
      const key = keyOf(link.document.name, link.peer.run);
      return links.get(key)?.link === link && links.delete(key);
    },
    cutAway(addresses) {
      const own = new Set(addresses.map(withoutScope));
      for (const { localHost, cut } of all())
        if (localHost !== null && isPrivateAddress(localHost) && !own.has(withoutScope(localHost))) cut();
    },
    cutBeside(silent) {
      if (silent.document.name !== "branch") return;
      for (const link of all()) if (link.peer.run === silent.peer.run && link !== silent) link.cut();
    },
    get: (document, run) => links.get(keyOf(document, run))?.link,
    of: (document) => all().filter((link) => link.document.name === document),
    all,
  };
}
