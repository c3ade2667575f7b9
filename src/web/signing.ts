/**
 * Who is at the desk. Whatever the node refuses because nobody (or the wrong one) is signed in waits here for the
 * dialog, and is sent again as it was: the same act, under the same id. A PIN passes through and is kept nowhere.
 */

import type { Problem, SessionView } from "../node/http/api.ts";
import { t } from "./language.ts";
import { problemToText } from "./reply.ts";
import type { Connection, HttpAnswer } from "./request.ts";
import type { Model } from "./store.ts";

export type Needs = "staff" | "supervisor";

/** The dialog that stands, if any. */
export interface SignInAsk {
  readonly needs: Needs;
  /** Why it was refused, in words. */
  readonly error?: string;
}

export interface Signing {
  /** Sends; where somebody must sign in first, asks, and sends again. */
  guard(send: () => Promise<HttpAnswer | undefined>): Promise<HttpAnswer | undefined>;
  ask(needs: Needs): Promise<boolean>;
  /** What the dialog was given. Without a PIN: initials alone, where those are enough. */
  submit(user: string, pin: string): Promise<void>;
  cancel(): void;
  signOut(): Promise<void>;
  /** Asks the node who is signed in: at the start, and when it is back. */
  refresh(): Promise<void>;
}

export interface SigningTools {
  readonly store: { get(): Model; set(model: Model): void };
  readonly connection: Connection;
  readonly keepStaff: (initials: string) => void;
  /** Somebody else is signed in now, or nobody: lists are read anew. */
  readonly onChanged: () => void;
}

export function createSigning(tools: SigningTools): Signing {
  const { store, connection } = tools;
  let waiting: ((isSigned: boolean) => void)[] = [];
  /** Somebody signed out here, and the node has not heard of it. */
  let isLeaving = false;

  function ask(needs: Needs): Promise<boolean> {
    const before = store.get().signIn;
    // Two acts may wait at once: the dialog asks for what the harder one needs.
    if (before?.needs !== "supervisor") store.set({ ...store.get(), signIn: { needs } });
    return new Promise((resolve) => waiting.push(resolve));
  }

  function close(isSigned: boolean): void {
    const { signIn: _, ...rest } = store.get();
    store.set(rest);
    const told = waiting;
    waiting = [];
    for (const tell of told) tell(isSigned);
  }

  function refuse(error: string): void {
    const { signIn } = store.get();
    if (signIn !== undefined) store.set({ ...store.get(), signIn: { ...signIn, error } });
  }

  function take({ user, role }: SessionView): void {
    const { signedIn: _, ...rest } = store.get();
    if (user === undefined || role === undefined) store.set(rest);
    else {
      tools.keepStaff(user);
      store.set({ ...rest, staff: user, signedIn: { user, role } });
    }
  }

  async function signOut(): Promise<void> {
    if (store.get().signedIn === undefined) return;
    isLeaving = true;
    await leave();
    take({});
    connection.reopen();
  }

  async function leave(): Promise<void> {
    if (isLeaving && (await connection.delete("session")) !== undefined) isLeaving = false;
  }

  return {
    async guard(send) {
      for (;;) {
        const answer = await send();
        const needs = answer === undefined ? undefined : answerToNeeds(answer);
        if (needs === undefined || !(await ask(needs))) return answer;
      }
    },
    ask,
    async submit(user, pin) {
      const { signIn, state } = store.get();
      if (signIn === undefined) return;
      if (pin === "") {
        if (signIn.needs === "supervisor" || state?.staff.openDesks !== true) {
          refuse(t`Type the PIN as well.`);
          return;
        }
        await signOut();
        tools.keepStaff(user);
        store.set({ ...store.get(), staff: user });
        close(true);
        return;
      }
      const answer = await connection.post("session", { user, pin });
      if (answer?.status !== 200) {
        refuse(
          answer === undefined
            ? t`The program on this PC does not answer.`
            : problemToText((answer.body ?? {}) as Partial<Problem>, answer.status),
        );
        return;
      }
      const session = answer.body as SessionView;
      isLeaving = false;
      take(session);
      connection.reopen();
      if (signIn.needs === "supervisor" && session.role !== "supervisor") {
        refuse(t`${session.user ?? ""} is signed in, but is not a supervisor.`);
        return;
      }
      close(true);
      tools.onChanged();
    },
    cancel: () => close(false),
    signOut,
    async refresh() {
      await leave();
      // Else whoever signed out would be signed in again.
      if (isLeaving) return;
      const answer = await connection.get("session");
      if (answer?.status === 200) take(answer.body as SessionView);
    },
  };
}

const CODES: Readonly<Record<string, Needs>> = {
  "sign-in": "staff",
  supervisor: "supervisor",
  "session-idle": "supervisor",
};

/** Whom an answer asks for; `undefined`: it refuses for another reason, or not at all. */
export function answerToNeeds({ status, body }: HttpAnswer): Needs | undefined {
  if (status !== 401 && status !== 403) return undefined;
  return CODES[(body as Partial<Problem> | undefined)?.code ?? ""];
}
