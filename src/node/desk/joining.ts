/**
 * How this PC, which belongs to no branch yet, comes to belong to one: it listens for branches, asks one, shows the four
 * words, and joins when both sides said yes; or it brings an invite.
 */
import type { Signer } from "../../crdt/log/digest.ts";
import type { JoinsView } from "../http/api.ts";
import type { Membership } from "../identity.ts";
import { type Invite, parseInvite } from "../pairing/invite.ts";
import {
  type Asking,
  askToJoin,
  type Joined,
  type JoinerOptions,
  joinByInvite,
  type NotJoined,
  notJoined,
} from "../pairing/joiner.ts";
import type { Clock, Discovery, Random, Sighting, Wire } from "../ports.ts";
import type { Answer, Conflict, JoinTarget, NotFound } from "./desk.ts";

export interface JoiningOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: Random;
  readonly discovery: Discovery | null;
  readonly signer: Signer;
  /** This desk is admitted: store it, and open. */
  readonly onJoined: (membership: Membership, sponsor: Joined["sponsor"]) => Promise<void>;
  readonly onChanged: () => void;
  readonly onTrouble: (text: string) => void;
}

export interface Joining {
  view(): JoinsView;
  /** It asks at this moment, or enters a branch: no other way into one may be begun. */
  readonly busy: boolean;
  byInvite(text: string, desk: string): Promise<Answer<null>>;
  ask(target: JoinTarget, desk: string): Promise<Answer<JoinsView>>;
  /** The person at this screen: do the words match? `undefined`: nothing of that id is asked. */
  decide(id: string, matches: boolean): Promise<Answer<JoinsView> | undefined>;
  stop(): Promise<void>;
}

interface Asked {
  readonly id: string;
  readonly asking: Asking;
  readonly desk: string;
  /** Of the person at this screen. */
  confirmed: boolean;
  /** Of the other desk. */
  decided: Joined | NotJoined | null;
}

const maxHeard = 64;

function longestSilent(heard: ReadonlyMap<string, { readonly at: number }>): string {
  let [longest] = heard.entries();
  for (const one of heard) if (one[1].at < longest![1].at) longest = one;
  return longest![0];
}

export async function startJoining(options: JoiningOptions): Promise<Joining> {
  /** In the order in which they were first heard. */
  const heard = new Map<string, Sighting & { readonly at: number }>();
  let asked: Asked | null = null;
  let failure: string | undefined;
  let busy = false;

  const sayGoodbye = await options.discovery?.start(null, (sighting) => {
    const isNews = heard.get(sighting.branch)?.name !== sighting.name || !heard.has(sighting.branch);
    heard.set(sighting.branch, { ...sighting, at: options.clock.monotonic() });
    // Whoever is still there says so again: invented branches don't hide the one that somebody waits for.
    if (heard.size > maxHeard) heard.delete(longestSilent(heard));
    if (isNews) options.onChanged();
  });

  const joinerOptions = (name: string): JoinerOptions => {
    const { wire, clock, random, signer } = options;
    return { wire, clock, random, signer, name };
  };

  async function enter(joined: Joined, desk: string): Promise<void> {
    const { branch, admittedAt, sponsor } = joined;
    const trusted = { desk: sponsor.desk, fingerprint: sponsor.fingerprint };
    busy = true;
    try {
      await options.onJoined({ branch, desk, trusted, admittedAt }, sponsor);
    } finally {
      busy = false;
    }
  }

  async function byInvite(text: string, desk: string): Promise<Answer<null>> {
    const invite: Invite | null = parseInvite(text);
    if (!invite)
      return refusal("malformed-invite", "This is no whole invite. Copy the line again, all of it.");
    if (busy) return alreadyAsking;
    busy = true;
    try {
      const joined = await joinByInvite(joinerOptions(desk), invite);
      if (joined.kind === "not-joined") return refusal(joined.code, joined.text);
      await enter(joined, desk);
      return { kind: "done", value: null };
    } finally {
      busy = false;
    }
  }

  /** Tries the addresses of what was heard, or the one that was typed. */
  async function findAsking(target: JoinTarget, desk: string): Promise<Asking | NotJoined> {
    const sighting = target.branch === undefined ? undefined : heard.get(target.branch);
    const typed = target.address === undefined ? [] : [target.address];
    const addresses = sighting ? sighting.addresses.map((host) => ({ host, port: sighting.port })) : typed;
    let last: Asking | NotJoined = notJoined("unreachable");
    for (const address of addresses) {
      last = await askToJoin(joinerOptions(desk), address);
      if (!("kind" in last) || last.code !== "unreachable") return last;
    }
    return last;
  }

  async function ask(target: JoinTarget, desk: string): Promise<Answer<JoinsView>> {
    if (busy) return alreadyAsking;
    busy = true;
    failure = undefined;
    asked?.asking.end();
    asked = null;
    try {
      const asking = await findAsking(target, desk);
      if ("kind" in asking) return refusal(asking.code, asking.text);
      const id = Buffer.from(options.random.bytes(8)).toString("hex");
      const one: Asked = { id, asking, desk, confirmed: false, decided: null };
      asked = one;
      follow(one);
      options.onChanged();
      return { kind: "done", value: view() };
    } finally {
      busy = false;
    }
  }

  function follow(one: Asked): void {
    one.asking.decided
      .then((decided) => {
        one.decided = decided;
        return settle(one);
      })
      .catch((why: unknown) => options.onTrouble(`Joining failed: ${String(why)}`));
  }

  /** Both must have said yes; a no of either ends it. */
  async function settle(one: Asked): Promise<void> {
    if (asked !== one || one.decided === null) return;
    if (one.decided.kind === "not-joined") {
      failure = one.decided.text;
      asked = null;
    } else if (one.confirmed) {
      asked = null;
      await enter(one.decided, one.desk);
      return;
    }
    options.onChanged();
  }

  async function decide(id: string, matches: boolean): Promise<Answer<JoinsView> | undefined> {
    const one = asked;
    if (one?.id !== id) return undefined;
    if (matches) {
      one.confirmed = true;
      options.onChanged();
      await settle(one);
    } else {
      asked = null;
      failure =
        "The words did not match, so nothing was joined. Somebody may be in between: tell a supervisor.";
      one.asking.end();
      options.onChanged();
    }
    return { kind: "done", value: view() };
  }

  function view(): JoinsView {
    return {
      heard: [...heard.values()].map(({ branch, name }) => ({ branch, name: name ?? branch.slice(0, 8) })),
      ...(asked ? { asked: viewAsked(asked) } : {}),
      ...(failure === undefined ? {} : { failure }),
      requests: [],
      locked: false,
    };
  }

  return {
    view,
    get busy() {
      return busy;
    },
    byInvite,
    ask,
    decide,
    async stop() {
      asked?.asking.end();
      asked = null;
      await sayGoodbye?.();
    },
  };
}

function viewAsked({ id, asking, confirmed }: Asked): NonNullable<JoinsView["asked"]> {
  return { id, branch: asking.branch, name: asking.branchName, words: asking.words, confirmed };
}

export const nothingAsked: NotFound = { kind: "not-found", text: "Nothing of that id is asked (any more)." };

export const alreadyAsking: Conflict = {
  kind: "conflict",
  code: "asking",
  text: "This desk is asking already. Wait for the answer.",
};

function refusal(kind: string, text: string): Answer<never> {
  return { kind: "refused", refusal: { kind, text } };
}
