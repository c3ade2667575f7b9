/**
 * Who is signed in at this node: in memory alone, tokens as hashes. A session knows the user's name and nothing more:
 * role, disabling and a changed PIN are looked up at each request, so they count at once, wherever they were decided.
 */
import { createHash } from "node:crypto";
import type { Role, Staff } from "../desk/desk.ts";
import type { Clock, Random } from "../ports.ts";

/** After so long without an act, a supervisor's PIN is asked for again. */
export const supervisorIdleMs = 30 * 60_000;
/** After so long, a session is over. */
export const sessionIdleMs = 12 * 3_600_000;
const sessionsMax = 200;

export interface SignedIn {
  readonly user: string;
  readonly role: Role;
  /** A supervisor who hasn't acted for a while: counts as staff. */
  readonly isIdle: boolean;
}

export interface Sessions {
  /** 256 random bits, as text. */
  open(user: string): string;
  /** `null`: no such session, or no longer. `isAct`: the user did something, so the time starts anew. */
  find(token: string, isAct: boolean): SignedIn | null;
  close(token: string): void;
}

export function createSessions(options: {
  readonly staff: Pick<Staff, "find">;
  readonly clock: Clock;
  readonly random: Random;
}): Sessions {
  const { staff, clock, random } = options;
  const held = new Map<string, { readonly user: string; readonly pinMark: string; lastActAt: number }>();

  return {
    open(user) {
      const known = staff.find(user);
      if (!known) throw new Error("a session was opened for nobody");
      const token = Buffer.from(random.bytes(32)).toString("base64url");
      held.set(hashOf(token), { user, pinMark: known.pinMark, lastActAt: clock.monotonic() });
      // Maps keep their order: the first is the oldest.
      for (const key of [...held.keys()].slice(0, Math.max(0, held.size - sessionsMax))) held.delete(key);
      return token;
    },
    find(token, isAct) {
      const key = hashOf(token);
      const session = held.get(key);
      if (!session) return null;
      const known = staff.find(session.user);
      const now = clock.monotonic();
      const idleMs = now - session.lastActAt;
      if (!known || known.pinMark !== session.pinMark || idleMs > sessionIdleMs) {
        held.delete(key);
        return null;
      }
      const isIdle = idleMs > supervisorIdleMs;
      // Being idle ends by the PIN alone, not by trying again.
      if (isAct && !isIdle) session.lastActAt = now;
      return { user: known.user, role: isIdle ? "staff" : known.role, isIdle };
    },
    close: (token) => void held.delete(hashOf(token)),
  };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
