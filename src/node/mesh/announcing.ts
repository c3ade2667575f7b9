/** This desk on mDNS, under the branch's name as far as it is known: a desk that has just joined hears it from the others. */
import type { Announcement, Discovery, Sighting } from "../ports.ts";

export interface Announcing {
  /** The name may be another now, or known for the first time. */
  renew(): void;
  stop(): Promise<void>;
}

export interface AnnouncingOptions {
  /** `null`: --no-mdns. */
  readonly discovery: Discovery | null;
  readonly own: Omit<Announcement, "name">;
  readonly branchName: () => string | undefined;
  readonly onSighting: (sighting: Sighting) => void;
  readonly onTrouble: (text: string) => void;
}

export async function startAnnouncing(options: AnnouncingOptions): Promise<Announcing> {
  const { discovery, own, branchName, onSighting } = options;
  let said = branchName();
  let stopped = false;
  let sayGoodbye = await begin();
  let turning: Promise<void> = Promise.resolve();

  async function begin(): Promise<() => Promise<void>> {
    const announced = { ...own, ...(said === undefined ? {} : { name: said }) };
    return (await discovery?.start(announced, onSighting)) ?? (async () => undefined);
  }

  async function beginAgain(): Promise<void> {
    if (stopped) return;
    await sayGoodbye();
    sayGoodbye = await begin();
  }

  return {
    renew() {
      const name = branchName();
      if (name === undefined || name === said || stopped) return;
      said = name;
      turning = turning
        .then(beginAgain)
        .catch((why: unknown) =>
          options.onTrouble(`mDNS could not be told the branch's name: ${String(why)}`),
        );
    },
    async stop() {
      stopped = true;
      await turning;
      await sayGoodbye();
    },
  };
}
