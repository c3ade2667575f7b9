/**
 * Who asks, and whether they may: session (cookie or bearer token), the operator's token, or initials where those are
 * enough; a supervisor's PIN may ride along for one request. The table is `roles.ts`.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Desk, Role, SignIn } from "../desk/desk.ts";
import { readStaff } from "./guard.ts";
import { ProblemError, toProblem } from "./problem.ts";
import type { RouteRole } from "./roles.ts";
import type { Sessions } from "./sessions.ts";

/** In whose name a request acts. */
export interface Acting {
  readonly staff?: string;
  readonly role: Role;
}

/** Initials and PIN, as they ride along. */
export interface Authority {
  readonly user: string;
  readonly pin: string;
}

/** One request's standing. */
export interface Claim {
  /** As it came, without a PIN; `null`: not enough for this route. */
  readonly acting: Acting | null;
  /** What to answer when nothing more comes. */
  readonly refuse: () => ProblemError;
  /** Checks a supervisor's PIN. Throws a {@link ProblemError} where it is wrong, locked, or not a supervisor's. */
  readonly prove: (by: Authority) => Promise<Acting>;
}

export interface Access {
  /** Throws 401 for a token that is nobody's. */
  claim(request: Request, needs: RouteRole): Claim;
  /** May this request's sender see what patrons do, now? */
  mayRead(request: Request): boolean;
  signIn(by: Authority): Promise<Extract<SignIn, { kind: "signed-in" }>>;
}

interface Caller {
  readonly kind: "operator" | "session" | "nobody";
  readonly user?: string;
  readonly role?: Role;
  readonly isIdle?: boolean;
}

export function createAccess(options: {
  readonly desk: Desk;
  readonly sessions: Sessions;
  /** The operator's; empty: there is none. */
  readonly token: string;
}): Access {
  const { desk, sessions, token } = options;

  function identify(request: Request): Caller {
    const isAct = request.method !== "GET" && request.method !== "HEAD";
    const authorization = request.headers.get("authorization");
    if (authorization !== null) {
      const given = bearerOf(authorization);
      if (given !== null && isToken(given, token)) return { kind: "operator" };
      const session = given === null ? null : sessions.find(given, isAct);
      if (!session) throw wrongToken();
      return { kind: "session", ...session };
    }
    const cookie = readSessionToken(request);
    const session = cookie === null ? null : sessions.find(cookie, isAct);
    return session ? { kind: "session", ...session } : { kind: "nobody" };
  }

  function actingOf(caller: Caller, request: Request, needs: RouteRole): Acting | null {
    const { level } = needs;
    if (caller.kind === "session") {
      const acting: Acting = { staff: caller.user!, role: caller.role! };
      return level !== "supervisor" || acting.role === "supervisor" ? acting : null;
    }
    const initials = request.method === "POST" ? readStaff(request) : undefined;
    const named: Acting = { role: "staff", ...(initials === undefined ? {} : { staff: initials }) };
    if (level === "anyone") return named;
    if (caller.kind === "operator" && needs.operator) return { staff: "operator", ...named };
    if (level === "supervisor" || !desk.staff.openDesks()) return null;
    return level === "reader" || initials !== undefined ? named : null;
  }

  function refusalOf(caller: Caller, needs: RouteRole): ProblemError {
    if (needs.level === "supervisor" && desk.state().branch === undefined) {
      const text = "This desk belongs to no branch yet. Create one, or join one, first.";
      return new ProblemError(toProblem(409, "no-branch", text));
    }
    if (caller.isIdle) {
      const text = `${caller.user} has not done anything for a while. Type the PIN again.`;
      return new ProblemError(toProblem(401, "session-idle", text));
    }
    if (needs.level === "supervisor") {
      const isSomebody = caller.kind !== "nobody";
      return new ProblemError(
        toProblem(isSomebody ? 403 : 401, "supervisor", "A supervisor must sign in for this."),
      );
    }
    const text = desk.staff.openDesks()
      ? "Say who you are first: your initials."
      : "Sign in first: your initials and your PIN.";
    return new ProblemError(toProblem(401, "sign-in", text));
  }

  async function signIn(by: Authority): Promise<Extract<SignIn, { kind: "signed-in" }>> {
    const answer = await desk.staff.signIn(by.user, by.pin);
    if (answer.kind !== "signed-in") throw signInRefusal(answer);
    return answer;
  }

  return {
    claim(request, needs) {
      const caller = identify(request);
      const acting = actingOf(caller, request, needs);
      return {
        acting,
        refuse: () => refusalOf(caller, needs),
        async prove(by) {
          const { user, role } = await signIn(by);
          if (role !== "supervisor") {
            throw new ProblemError(toProblem(403, "not-supervisor", `${user} is not a supervisor.`));
          }
          return { staff: user, role };
        },
      };
    },
    mayRead(request) {
      if (desk.staff.openDesks()) return true;
      try {
        return identify(request).kind === "session";
      } catch (error) {
        // A token that was somebody's when the stream began.
        if (error instanceof ProblemError) return false;
        throw error;
      }
    },
    signIn,
  };
}

function signInRefusal(answer: Exclude<SignIn, { kind: "signed-in" }>): ProblemError {
  switch (answer.kind) {
    case "wrong": {
      const text = "These initials and this PIN do not go together.";
      return new ProblemError(toProblem(401, "wrong-pin", text));
    }
    case "busy": {
      const text = "Too many PINs are being checked on this PC. Try again in a moment.";
      return new ProblemError(toProblem(429, "busy", text), { "retry-after": "1" });
    }
    case "locked": {
      if (answer.retryAfterMs === undefined) {
        const text =
          "Too many wrong PINs in this branch. A supervisor or the recovery code must unlock this user.";
        return new ProblemError(toProblem(423, "locked", text));
      }
      const seconds = Math.ceil(answer.retryAfterMs / 1_000);
      const wait = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
      const text = `Too many wrong PINs at this desk. Try again in ${wait}.`;
      return new ProblemError(toProblem(423, "locked", text), { "retry-after": String(seconds) });
    }
  }
}

/** Cookies don't know ports: two nodes on one PC would take each other's, so the name has the port. */
export function sessionCookieName(request: Request): string {
  const host = request.headers.get("host") ?? new URL(request.url).host;
  return `deskmesh-session-${/:(\d{1,5})$/.exec(host)?.[1] ?? "80"}`;
}

/** The token in the request's cookie. A name that comes twice is nobody's. */
export function readSessionToken(request: Request): string | null {
  const name = sessionCookieName(request);
  const values = (request.headers.get("cookie") ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[\w-]{43}$/.test(value) ? value : null;
}

/** The token that the request brings, whichever way. */
export function readAnyToken(request: Request): string | null {
  const authorization = request.headers.get("authorization");
  return authorization === null ? readSessionToken(request) : bearerOf(authorization);
}

function bearerOf(authorization: string): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null;
}

function wrongToken(): ProblemError {
  return new ProblemError(toProblem(401, "wrong-token", "The token is not this node's, or no longer."), {
    "www-authenticate": "Bearer",
  });
}

function isToken(given: string, token: string): boolean {
  if (token === "") return false;
  const digest = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(given), digest(token));
}
