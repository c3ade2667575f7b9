/** What a network does to desks on such a day. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sighting } from "../../src/node/ports.ts";
import type { Lan } from "./bench.ts";
import { aWhile, face, pick, type Scene } from "./nemesis.ts";
import { countLinks, pause, range, readState, waitFor } from "./scans.ts";

face({
  name: "cut",
  async act({ lan, desks }) {
    const [one, other] = [pick(desks), pick(desks)];
    for (const desk of new Set([one, other])) lan.portDown(desk);
    await aWhile(200, 4_000);
    for (const desk of new Set([one, other])) lan.portUp(desk);
    await aWhile(50, 500);
  },
});

face({
  name: "one-way cut",
  async act({ lan, desks, round }) {
    const deaf = desks[round % desks.length] ?? 1;
    lan.deafen(deaf, true);
    await waitFor(
      "nobody counts a desk that hears nothing as linked",
      async () => (await countLinks(lan, deaf)) === 0,
    );
    await aWhile(100, 3_000);
    lan.deafen(deaf, false);
    await everyoneLinked({ lan, desks });
  },
});

const PROXY = fileURLToPath(new URL("proxy.mjs", import.meta.url));
const weathers = [
  { delayMs: [20, 300], reset: 0, stall: 0 },
  { delayMs: [0, 50], reset: 0.02, stall: 0 },
  { delayMs: [0, 50], reset: 0, stall: 0.01 },
  { delayMs: [50, 600], reset: 0.005, stall: 0.002 },
];
const calm = { delayMs: [0, 0], reset: 0, stall: 0 };

/** The desks reach nobody but the switch, where a proxy forwards to each of them. */
function viaProxy(): Parameters<typeof face>[0] {
  let setWeather: (weather: object) => void = () => undefined;
  return {
    name: "delay and loss",
    quick: true,
    async prepare({ lan, desks }) {
      for (const desk of desks) await lan.kill(desk);
      lan.isolate(desks);
      const targets = desks.map((desk) => `10.77.0.${desk}:8471`);
      const proxy = lan.spawnAtSwitch("10.77.0.254/24", process.execPath, [PROXY, "9001", ...targets]);
      setWeather = (weather) => proxy.stdin?.write(`${JSON.stringify(weather)}\n`);
      for (const desk of desks) await startStatic(lan, desk, desks);
      await everyoneLinked({ lan, desks });
    },
    async act({ round }) {
      for (const weather of [weathers[round % weathers.length], pick(weathers)]) {
        setWeather(weather ?? calm);
        await aWhile(1_500, 2_500);
      }
      setWeather(calm);
    },
  };
}

async function startStatic(lan: Lan, desk: number, desks: readonly number[]): Promise<void> {
  const others = desks.filter((other) => other !== desk);
  await lan.startDesk(desk, [
    "--no-mdns",
    ...others.flatMap((other) => ["--peer", `10.77.0.254:${9000 + other}`]),
  ]);
}

face(viaProxy());

const lodgers = createAddresses();
face({
  name: "address change",
  async act({ lan, desks, round }) {
    // Two desks move, the second to where the first was: what the others remember is then somebody else.
    const [first, second] = [desks[round % 3] ?? 1, desks[(round + 1) % 3] ?? 2];
    const free = 10 + 2 * round;
    const left = lodgers.of(first);
    lan.changeAddress(first, `${lodgers.move(first, `10.77.0.${free}`)}/24`);
    await aWhile(0, 1_500);
    lan.changeAddress(second, `${lodgers.move(second, left)}/24`);
    await aWhile(200, 2_000);
    await everyoneLinked({ lan, desks });
  },
});

face({
  name: "same name",
  others: 1,
  async act({ lan, desks }) {
    // A PC that announces itself under a desk's own name, elsewhere, while that desk is away, and then says goodbye.
    const { branch } = await readState(lan, 1);
    const heard: Sighting[] = [];
    const listener = await lan.probe(4, announcement(branch?.id, "e".repeat(16)), (sighting) =>
      heard.push(sighting),
    );
    await waitFor(
      "all desks are heard",
      async () => new Set(heard.map(({ run }) => run)).size >= desks.length,
    );
    await listener.stop();
    const victim = pick(desks);
    const run = heard.find(({ addresses }) => addresses.includes(`10.77.0.${victim}`))?.run ?? "";
    lan.portDown(victim);
    const rogue = await lan.probe(4, announcement(branch?.id, run), () => undefined);
    await aWhile(300, 1_500);
    lan.portUp(victim);
    await aWhile(300, 1_500);
    await rogue.stop();
    await everyoneLinked({ lan, desks });
  },
});

function announcement(branch = "", run = ""): { branch: string; run: string; port: number; name: string } {
  return { branch, run, port: 8471, name: "Riverside Library" };
}

const guests = createAddresses();
face({
  name: "mDNS blocked",
  lay: (lan) => lan.blockMulticast(),
  async act({ lan, desks, round }) {
    const desk = desks[round % desks.length] ?? 1;
    await lan.kill(desk, pick(["SIGKILL", "SIGTERM"] as const));
    // By turns what it remembers, and what it is told: at another address, its memory lost.
    if (round % 2 === 0) await lan.startDesk(desk);
    else {
      lan.changeAddress(desk, `${guests.move(desk, `10.77.0.${100 + round}`)}/24`);
      rmSync(join(lan.dataDir(desk), "identity", "peers.json"), { force: true });
      const other = desks.find((one) => one !== desk) ?? 1;
      await lan.startDesk(desk, ["--peer", `${guests.of(other)}:8471`]);
    }
    await everyoneLinked({ lan, desks });
  },
});

face({
  name: "IPv6 only",
  addresses: range(3).map((desk) => `fd77::${desk}/64`),
  async act({ lan, desks, round }) {
    const desk = pick(desks);
    if (round % 2 === 0) {
      lan.portDown(desk);
      await aWhile(200, 2_000);
      lan.portUp(desk);
    } else {
      await lan.kill(desk);
      await lan.startDesk(desk);
    }
    await everyoneLinked({ lan, desks });
  },
});

face({
  name: "twelve desks",
  desks: 12,
  roundMs: 240_000,
  async act({ lan, desks }) {
    const [killed = 1, ...cut] = new Set([pick(desks), pick(desks), pick(desks), pick(desks)]);
    for (const desk of cut) lan.portDown(desk);
    await lan.kill(killed);
    await aWhile(500, 3_000);
    for (const desk of cut) lan.portUp(desk);
    await lan.startDesk(killed);
    await everyoneLinked({ lan, desks });
  },
});

/** Where desks are that moved. */
function createAddresses(): { of(desk: number): string; move(desk: number, address: string): string } {
  const moved = new Map<number, string>();
  return {
    of: (desk) => moved.get(desk) ?? `10.77.0.${desk}`,
    move(desk, address) {
      moved.set(desk, address);
      return address;
    },
  };
}

/** Healed: each desk is linked to each other. */
async function everyoneLinked({ lan, desks }: Pick<Scene, "lan" | "desks">): Promise<void> {
  let counts: readonly number[] = [];
  const allLinked = async (): Promise<boolean> => {
    counts = await Promise.all(desks.map((desk) => countLinks(lan, desk)));
    // Asking is work for desks that have enough of it.
    await pause(20 * desks.length);
    return counts.every((count) => count === desks.length - 1);
  };
  await waitFor(
    "all are linked again",
    allLinked,
    10_000 * desks.length,
    () => `links: ${counts.join(", ")}`,
  );
}
