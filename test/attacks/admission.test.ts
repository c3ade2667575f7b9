/** Attacks on admission: invites, and the four words with somebody in between. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { frameKinds, jsonFrame, parseFrame } from "../../src/crdt/log/frames.ts";
import { joinPath } from "../../src/node/mesh/hello.ts";
import { inviteToText, parseInvite } from "../../src/node/pairing/invite.ts";
import { type Asking, askToJoin, joinByInvite } from "../../src/node/pairing/joiner.ts";
import { createTalk, openTalk, type Said, type Talk } from "../../src/node/pairing/talk.ts";
import type { WireSocket } from "../../src/node/ports.ts";
import { realClock, realRandom } from "../../src/node/real-ports.ts";
import {
  countLinked,
  createWorld,
  expectDone,
  type RunningDesk,
  until,
  type World,
} from "../node/desk/desks.ts";
import { type Attacker, createAttacker } from "./attacker.ts";

let world: World;
let one: RunningDesk;
beforeEach(async () => {
  world = createWorld({ overTls: true });
  one = await world.start(1);
});
afterEach(() => world.end());

const invited = async (ttlMs = 60_000) => parseInvite(expectDone(await one.invite(ttlMs)).invite)!;
const optionsOf = ({ wire, signer }: Attacker, name = "New desk") => ({
  wire,
  clock: realClock,
  random: realRandom,
  signer,
  name,
});
const countDesks = (): number => one.desks().desks.length;

describe("an invite", () => {
  it("lets one desk in, and the same one again, whose answer may have been lost; nobody else", async () => {
    const invite = await invited();
    const first = await createAttacker();
    expect(await joinByInvite(optionsOf(first), invite)).toMatchObject({
      kind: "joined",
      branch: invite.branch,
    });
    expect(await joinByInvite(optionsOf(first), invite)).toMatchObject({ kind: "joined" });
    expect(await joinByInvite(optionsOf(await createAttacker()), invite)).toMatchObject({ code: "used" });
    expect(countDesks()).toBe(2);
  });

  it("ends", async () => {
    const invite = await invited(1);
    expect(await joinByInvite(optionsOf(await createAttacker()), invite)).toMatchObject({ code: "expired" });
    expect(countDesks()).toBe(1);
  });

  it("can't be guessed: a few tries, and it is dead for everybody", async () => {
    const invite = await invited();
    const guesser = await createAttacker();
    for (let i = 0; i < 5; i++) {
      const secret = Buffer.from(realRandom.bytes(20)).toString("base64url");
      expect(await joinByInvite(optionsOf(guesser), { ...invite, secret })).toMatchObject({ code: "wrong" });
    }
    expect(await joinByInvite(optionsOf(await createAttacker()), invite)).toMatchObject({ code: "expired" });
    const unknown = { ...invite, id: "0".repeat(16) };
    expect(await joinByInvite(optionsOf(guesser), unknown)).toMatchObject({ code: "unknown" });
    expect(countDesks()).toBe(1);
  });

  it("is not kept in clear, and its line says nothing of desks or staff", async () => {
    const invite = await invited();
    const kept = await one.pc.vault.read("invites.json");
    expect(kept).toContain(invite.id);
    expect(kept).not.toContain(invite.secret);
    expect(Buffer.from(inviteToText(invite).slice(10), "base64url").toString()).not.toContain("Desk 1");
  });

  it("is shown to nobody but the desk that made it", async () => {
    const thief = await createAttacker();
    let knocks = 0;
    const server = await thief.wire.listen({
      port: 0,
      hosts: ["127.0.0.1"],
      onSocket: (socket) => {
        socket.onFrame = () => knocks++;
      },
      onFetch: () => null,
    });
    const invite = { ...(await invited()), port: server.port };
    expect(await joinByInvite(optionsOf(await createAttacker()), invite)).toMatchObject({
      code: "other-desk",
    });
    await server.close();
    expect(knocks).toBe(0);
  });

  it("doesn't let in a desk with somebody else's key, or a certificate that another desk has", async () => {
    const [owner, thief] = [await createAttacker(), await createAttacker()];
    expect(await joinByInvite(optionsOf(owner), await invited())).toMatchObject({ kind: "joined" });
    const sameWire = { ...thief, wire: owner.wire };
    expect(await joinByInvite(optionsOf(sameWire), await invited())).toMatchObject({ code: "not-admitted" });
    const sameKey = { ...optionsOf(thief), signer: { ...owner.signer, sign: thief.signer.sign } };
    expect(await joinByInvite(sameKey, await invited())).toMatchObject({ code: "malformed" });
    expect(countDesks()).toBe(2);
  });
});

const requests = () => one.joins().requests;
const ask = async (by: Attacker, name?: string): Promise<Asking> => {
  const asking = await askToJoin(optionsOf(by, name), { host: one.pc.host, port: one.pc.port });
  if ("kind" in asking) throw new Error(asking.text);
  return asking;
};

describe("the four words", () => {
  it("are the same on both screens, and let a desk in when somebody says so", async () => {
    const asking = await ask(await createAttacker(), "Desk 9");
    await until("the request is there", () => requests().length === 1);
    expect(requests()[0]).toMatchObject({ name: "Desk 9", words: asking.words });
    expect(new Set(asking.words).size).toBeGreaterThan(1);
    expectDone(await one.decideJoin(requests()[0]!.id, true));
    expect(await asking.decided).toMatchObject({ kind: "joined", branch: asking.branch });
    expect(countDesks()).toBe(2);
  });

  it("differ when somebody sits in between, whatever nonces it picks", async () => {
    const middle = await createAttacker();
    const outer = new Promise<Talk>((resolve) => {
      const onSocket = (socket: WireSocket) => resolve(createTalk(socket, realClock, () => undefined));
      void middle.wire
        .listen({ port: 0, hosts: ["127.0.0.1"], onSocket, onFetch: () => null })
        .then((server) => listening.push(server));
    });
    const listening: { readonly port: number; close(): Promise<void> }[] = [];
    await until("the middle listens", () => listening.length === 1);
    const victim = await createAttacker();
    const at = { host: "127.0.0.1", port: listening[0]!.port };
    const victimAsks = askToJoin(optionsOf(victim), at);
    const [towardsVictim, middleAsks] = [await outer, await ask(middle, "New desk")];
    // It passes on to the victim what it was shown, as if it were the desk.
    expect((await towardsVictim.hear(2_000))?.say).toBe("ask");
    const nonce = Buffer.from(realRandom.bytes(32)).toString("hex");
    towardsVictim.say({ say: "nonce", nonce, branch: middleAsks.branch, name: middleAsks.branchName });
    const seen = await victimAsks;
    if ("kind" in seen) throw new Error(seen.text);
    await until("the desk shows a request", () => requests().length === 1);
    expect(requests()[0]?.words).toEqual(middleAsks.words);
    expect(seen.words).not.toEqual(requests()[0]?.words);
    // A person refuses: nobody is in.
    expectDone(await one.decideJoin(requests()[0]!.id, false));
    expect(await middleAsks.decided).toMatchObject({ code: "refused" });
    expect(countDesks()).toBe(1);
    seen.end();
    await listening[0]!.close();
  });

  it("a nonce that was not the one committed to is refused; five of them lock for a while", async () => {
    const cheat = await createAttacker();
    for (let i = 0; i < 5; i++) expect(await cheatOnce(cheat)).toMatchObject({ code: "mismatch" });
    expect(one.joins().locked).toBe(true);
    const honest = await askToJoin(optionsOf(await createAttacker()), {
      host: one.pc.host,
      port: one.pc.port,
    });
    expect(honest).toMatchObject({ code: "locked" });
    expect(requests()).toEqual([]);
    // An invite is no guess: it works all the same.
    expect(await joinByInvite(optionsOf(await createAttacker()), await invited())).toMatchObject({
      kind: "joined",
    });
  });

  it("before the answer the desk has said no more than the branch's id and name", async () => {
    const stranger = await createAttacker();
    const said: Said[] = [];
    const socket = stranger.wire.dial({ host: one.pc.host, port: one.pc.port, path: joinPath });
    const talk = await openTalk(socket, realClock);
    const take = socket.onFrame;
    socket.onFrame = (bytes) => {
      const frame = bytes && parseFrame(bytes);
      if (frame?.kind === "json") said.push(frame.value as Said);
      take?.(bytes);
    };
    const asking = await ask(stranger);
    talk?.say({ say: "ask" });
    await until("it was answered", () => said.length > 0);
    expect(said).toEqual([{ say: "refused", code: "malformed" }]);
    expect(asking.branchName).toBe("Riverside Library");
    asking.end();
  });

  it("a crowd of askers is bounded, and garbage ends its own talk alone", async () => {
    const askers = await Promise.all(Array.from({ length: 12 }, createAttacker));
    const answers = await Promise.all(
      askers.map((asker) => askToJoin(optionsOf(asker), { host: one.pc.host, port: one.pc.port })),
    );
    await until("as many as fit are there", () => requests().length === 8);
    expect(answers.filter((answer) => "kind" in answer && answer.code === "busy")).toHaveLength(4);
    for (const answer of answers) if (!("kind" in answer)) answer.end();
    await until("they are gone", () => requests().length === 0);
    for (const garbage of [Uint8Array.of(255), jsonFrame(frameKinds.join, null), new Uint8Array(9_000)]) {
      let ended = false;
      const { wire } = await createAttacker();
      const socket = wire.dial({ host: one.pc.host, port: one.pc.port, path: joinPath });
      socket.onOpen = () => socket.send(garbage);
      socket.onClose = () => {
        ended = true;
      };
      await until("it is cut off", () => ended);
    }
    const two = await world.start(2);
    await until("an honest desk gets in", () => countLinked(two) === 1);
  });

  async function cheatOnce(cheat: Attacker): Promise<unknown> {
    const { host, port } = one.pc;
    let nonces = 0;
    // The nonce that it commits to is not the one that it reveals.
    const wire = {
      ...cheat.wire,
      dial(target: { readonly host: string; readonly port: number; readonly path: string }) {
        const socket = cheat.wire.dial(target);
        const send = socket.send.bind(socket);
        socket.send = (bytes) => {
          const frame = parseFrame(bytes);
          const value = frame.kind === "json" ? (frame.value as Said) : {};
          if (value.say === "reveal") nonces++;
          send(
            value.say === "reveal" ? jsonFrame(frameKinds.join, { ...value, nonce: "0".repeat(64) }) : bytes,
          );
        };
        return socket;
      },
    };
    const asking = await askToJoin(optionsOf({ ...cheat, wire }), { host, port });
    const answer = "kind" in asking ? asking : await asking.decided;
    expect(nonces).toBe(1);
    return answer;
  }
});
