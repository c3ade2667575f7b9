/** What happens to frames on their way, and who is told of it: the oracle sees each of them as it was sent. */
import { frameKinds } from "../../src/crdt/log/frames.ts";
import type { NetworkOptions } from "../../src/node/mesh/wire-memory.ts";
import type { Random } from "../../src/node/ports.ts";
import type { Oracle } from "./oracle.ts";
import type { Pc } from "./pc.ts";

type Pass = NonNullable<NetworkOptions["weather"]>;

export interface Weather {
  readonly pass: Pass;
  /** Of a hundred frames. */
  double: number;
  overtake: number;
  truncate: number;
  corrupt: number;
  clear(): void;
}

const longestDelayMs = 900;
const openingBrace = 0x7b;

export function createWeather(
  random: Random,
  oracle: Oracle,
  pcAt: (host: string) => Pc | undefined,
): Weather {
  const happens = (percent: number): boolean => percent > 0 && random.uint32() % 100 < percent;
  const weather: Weather = {
    double: 0,
    overtake: 0,
    truncate: 0,
    corrupt: 0,
    clear: () => void Object.assign(weather, { double: 0, overtake: 0, truncate: 0, corrupt: 0 }),
    pass(way) {
      const { from, to, frame } = way;
      const sender = pcAt(from);
      if (sender) oracle.see({ ...way, from: sender });
      const soil = (): void => void oracle.soiled.add(`${to} ${from}`);
      // A greeting that comes twice or in the wrong order is none, so whoever sends one so is sent away.
      const isGreeting = [frameKinds.hello, frameKinds.card, frameKinds.join].includes(frame[0] as 4);
      if (frame.length > 2 && happens(weather.truncate)) {
        soil();
        return [{ frame: frame.subarray(0, 1 + (random.uint32() % (frame.length - 1))), lateMs: 0 }];
      }
      if (frame[0] === frameKinds.sync && happens(weather.corrupt)) {
        soil();
        return [{ frame: flipBit(frame, random), lateMs: 0 }];
      }
      const lateMs =
        frame[0] === frameKinds.sync && happens(weather.overtake)
          ? 1 + (random.uint32() % longestDelayMs)
          : 0;
      const once = { frame, lateMs };
      return !isGreeting && happens(weather.double) ? [once, once] : [once];
    },
  };
  return weather;
}

/**
 * In the text of an entry: what is signed. The rest of a frame (how much somebody holds, which number a segment's writer
 * has) is the word of its sender, and TLS is what keeps it.
 */
function flipBit(frame: Uint8Array, random: Random): Uint8Array {
  const text = frame.indexOf(openingBrace);
  if (text === -1) return frame;
  const flipped = Uint8Array.from(frame);
  const at = text + (random.uint32() % Math.max(1, frame.length - 1 - text));
  flipped[at]! ^= 1 << (random.uint32() % 8);
  return flipped;
}
