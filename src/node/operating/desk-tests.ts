/** What staff tried out at this desk, and when: a printer that was never tried is no printer on the day. */
import type { Clock, Vault } from "../ports.ts";

export const deskTestNames = ["printer", "scanner", "sound", "practice"] as const;
export type DeskTestName = (typeof deskTestNames)[number];
/** ms; what isn't there was never tried. */
export type DeskTests = Readonly<Partial<Record<DeskTestName, number>>>;

const vaultName = "tests.json";

export interface DeskTestRecord {
  read(): DeskTests;
  note(name: DeskTestName): Promise<void>;
}

/** In the identity folder: it is about the PC's own devices, and outlives a wiped data folder. */
export async function openDeskTests(vault: Vault, clock: Clock): Promise<DeskTestRecord> {
  let tests = parse(await vault.read(vaultName));
  return {
    read: () => tests,
    async note(name) {
      const next = { ...tests, [name]: clock.now() };
      await vault.write(vaultName, JSON.stringify(next));
      tests = next;
    },
  };
}

/** Whatever can't be read was never tried. */
function parse(text: string | null): DeskTests {
  if (text === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  const given = (value ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    deskTestNames.flatMap((name) => (typeof given[name] === "number" ? [[name, given[name]]] : [])),
  );
}
