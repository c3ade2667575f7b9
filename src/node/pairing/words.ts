/**
 * Four words that both screens show, out of both certificates, both nonces and the joining desk's key. The joining desk
 * commits to its nonce before it sees the other's, so whoever sits between can't try for equal words: one chance in
 * 2³² for each time that a person looks, and five mismatches lock for a minute. That is why 256 words are enough, and
 * short, plain ones can be chosen that nobody mixes up when they are read out across a room.
 */
import { sha256, sha256Hex } from "../../crdt/log/digest.ts";

export interface WordsOf {
  readonly branch: string;
  readonly joiner: string;
  readonly sponsor: string;
  readonly key: string;
  /** Hex. */
  readonly joinerNonce: string;
  readonly sponsorNonce: string;
}

export function commitTo(nonce: string, key: string): string {
  return sha256Hex(`deskmesh-commit-1\n${nonce}\n${key}`);
}

export function wordsOf(of: WordsOf): readonly string[] {
  const { branch, joiner, sponsor, key, joinerNonce, sponsorNonce } = of;
  const text = ["deskmesh-words-1", branch, joiner, sponsor, key, joinerNonce, sponsorNonce].join("\n");
  return [...sha256(text).subarray(0, 4)].map((byte) => wordList[byte]!);
}

/** 256 of them, all different in their first four letters. */
export const wordList: readonly string[] = `
acid actor adult agent alarm album amber angel ankle apple apron arch armor arrow atlas aunt
bacon badge baker banjo barn basin beach bean bell bench berry bike bird bison black blue
boat bone book boot bottle bowl brain bread brick brush bucket buffalo butter cabin cactus camel
candle canoe carpet castle chain chalk cheese cherry chess chin cigar circus clay cliff cloud coal
coat cobra coffee comet copper coral cotton cousin cow crab crown cube cup curtain daisy dance
dawn deer denim desk diary dinner doctor dog dollar donkey door dragon dress drum duck dune
eagle ear east echo egg elbow elm engine eye face falcon farm feather fence fiddle finger
fire fish flag floor flute fog forest fork fox frog fruit funnel garlic gate ghost giant
ginger glass globe goat gold grape green guitar hammer hand harbor hat hawk heart helmet hero
hill honey hook horse hotel house ice igloo ink iron island ivory jacket jaguar jelly jet
jewel judge juice jungle kettle key king kitten knee knife ladder lake lamp leaf lemon letter
lion lizard lobster lock lotus magnet maple marble market mask meadow melon metal milk mirror monkey
moon moth mouse mud music nail neck needle nest night north nose novel nurse oak oasis
ocean olive onion opera orange orbit organ otter oven owl oyster paint palm panda paper pearl
pencil pepper piano pilot pirate planet plum pocket poet pond prince pump puppy queen quilt rabbit
radio rain raven ribbon rice ring river robot rocket rope rose ruby saddle sail salt sand`
  .trim()
  .split(/\s+/);
