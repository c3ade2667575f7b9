/**
 * What the `branch` document says of staff: users and their PINs, wrong tries, locks, the recovery code's hash, and
 * whether initials are enough to record. No PIN and no code ever stands here, only what proves one.
 */
import { isIntegerWithin } from "./text-rules.ts";

export type Role = "staff" | "supervisor";

/** What proves a PIN: scrypt's parameters, salt and hash (base64url). */
export interface PinProof {
  /** log₂ of the cost N. */
  readonly cost: number;
  readonly blockSize: number;
  readonly salt: string;
  readonly hash: string;
}

export type StaffFact =
  | {
      /** All of a user anew: the last one in order counts. */
      readonly kind: "user";
      readonly user: string;
      readonly role: Role;
      readonly pin: PinProof;
      readonly disabled: boolean;
    }
  /** SHA-256 of the recovery code that counts from now on, hex. */
  | { readonly kind: "recovery"; readonly hash: string }
  /** So many wrong PINs more; 0: a right one, so that the count starts anew (a lock stays). */
  | { readonly kind: "lock"; readonly user: string; readonly wrong: number }
  /** By a supervisor or the recovery code: the lock is off, the count starts anew. */
  | { readonly kind: "unlock"; readonly user: string }
  /** What is given changes. `retentionDays`: see `RETENTION_DAYS_MAX`. */
  | { readonly kind: "settings"; readonly openDesks?: boolean; readonly retentionDays?: number };

/** Days after loading until an outage is purged; 0: its longest loan and a week. */
export const RETENTION_DAYS_MAX = 400;

const staffKinds: ReadonlySet<unknown> = new Set(["user", "recovery", "lock", "unlock", "settings"]);

export function isStaffFact(fact: { readonly kind: string }): fact is StaffFact {
  return staffKinds.has(fact.kind);
}

/** 1–20 letters, digits, `.`, `_`, `-`: shown as typed, told apart by `userKey`. */
export function isUserName(value: unknown): value is string {
  return typeof value === "string" && /^[\p{L}\p{N}._-]{1,20}$/u.test(value);
}

/** `MK` and `mk` are one person. */
export function userKey(user: string): string {
  return user.normalize("NFC").toLowerCase();
}

type Body = Readonly<Record<string, unknown>>;

export function staffFactToBody(fact: StaffFact): { readonly k: string; readonly [field: string]: unknown } {
  switch (fact.kind) {
    case "user": {
      const { cost, blockSize, salt, hash } = fact.pin;
      const p = [cost, blockSize, salt, hash];
      return { k: "user", u: fact.user, r: fact.role, p, ...(fact.disabled ? { x: 1 } : {}) };
    }
    case "recovery":
      return { k: "recovery", h: fact.hash };
    case "lock":
      return { k: "lock", u: fact.user, n: fact.wrong };
    case "unlock":
      return { k: "unlock", u: fact.user };
    case "settings":
      return {
        k: "settings",
        ...(fact.openDesks === undefined ? {} : { od: fact.openDesks ? 1 : 0 }),
        ...(fact.retentionDays === undefined ? {} : { rd: fact.retentionDays }),
      };
  }
}

/** `null`: a kind or a form that this version doesn't know. */
export function parseStaffFact(body: Body): StaffFact | null {
  switch (body.k) {
    case "user":
      return parseUser(body);
    case "recovery":
      return typeof body.h === "string" && /^[0-9a-f]{64}$/.test(body.h)
        ? { kind: "recovery", hash: body.h }
        : null;
    case "lock":
      return isUserName(body.u) && isIntegerWithin(body.n, 0, 1_000)
        ? { kind: "lock", user: body.u, wrong: body.n }
        : null;
    case "unlock":
      return isUserName(body.u) ? { kind: "unlock", user: body.u } : null;
    case "settings":
      return parseSettings(body);
    default:
      return null;
  }
}

function parseSettings({ od, rd }: Body): StaffFact | null {
  if (od !== undefined && od !== 0 && od !== 1) return null;
  if (rd !== undefined && !isIntegerWithin(rd, 0, RETENTION_DAYS_MAX)) return null;
  return {
    kind: "settings",
    ...(od === undefined ? {} : { openDesks: od === 1 }),
    ...(rd === undefined ? {} : { retentionDays: rd }),
  };
}

function parseUser(body: Body): StaffFact | null {
  const { u, r, p, x } = body;
  if (!isUserName(u) || (r !== "staff" && r !== "supervisor")) return null;
  if (x !== undefined && x !== 1) return null;
  const pin = parsePinProof(p);
  return pin === null ? null : { kind: "user", user: u, role: r, pin, disabled: x === 1 };
}

/** Bounded: a check of a PIN must cost neither nothing nor a desk's memory, whoever wrote the entry. */
function parsePinProof(value: unknown): PinProof | null {
  if (!Array.isArray(value) || value.length !== 4) return null;
  const [cost, blockSize, salt, hash] = value as readonly unknown[];
  if (!isIntegerWithin(cost, 10, 17) || !isIntegerWithin(blockSize, 1, 8)) return null;
  if (!isBase64url(salt, 16, 64) || !isBase64url(hash, 43, 43)) return null;
  return { cost, blockSize, salt, hash };
}

function isBase64url(value: unknown, least: number, most: number): value is string {
  return (
    typeof value === "string" &&
    value.length >= least &&
    value.length <= most &&
    /^[A-Za-z0-9_-]+$/.test(value)
  );
}
