/** Addresses of other desks that worked, kept over restarts: where nothing is heard over mDNS they are dialled first. */
import type { Vault } from "../ports.ts";

export interface DeskAddress {
  readonly host: string;
  readonly port: number;
}

const fileName = "peers.json";
const atMost = 64;

export async function readRemembered(vault: Vault): Promise<readonly DeskAddress[]> {
  const text = await vault.read(fileName);
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    const list: unknown[] = Array.isArray(value) ? value.slice(0, atMost) : [];
    return list.filter(isAddress);
  } catch {
    // Half written by a power cut: these addresses are hints, found again by mDNS.
    return [];
  }
}

export function storeRemembered(vault: Vault, addresses: readonly DeskAddress[]): Promise<void> {
  return vault.write(fileName, JSON.stringify(addresses));
}

function isAddress(value: unknown): value is DeskAddress {
  const { host, port } = (value ?? {}) as Record<string, unknown>;
  return typeof host === "string" && Number.isInteger(port);
}
