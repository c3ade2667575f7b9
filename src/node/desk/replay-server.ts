/** The SIP2 server that a replay is about to use: connected, logged in, and asked how it stands. No line is sent here. */
import { loginBody, readLogin, readStatus, statusBody } from "../../export/sip2-lines.ts";
import type { Clock, Tcp } from "../ports.ts";
import { type Conversation, createConversation } from "../sip2/conversation.ts";
import type { ReplayRequest } from "./replay.ts";

export interface OpenServer {
  readonly kind: "open";
  readonly conversation: Conversation;
  /** As it calls itself. */
  readonly institution?: string;
  /** What a person should know of it, a sentence each. */
  readonly notes: readonly string[];
}
export type Server = OpenServer | { readonly kind: "refused"; readonly code: string; readonly text: string };

const dialMs = 10_000;
/** Seconds. */
export const defaultAnswerWithin = 10;

/**
 * Connects, logs in and asks how the server stands: all that happens before a line is even planned. `ils`: as staff call it
 * within a sentence.
 */
export async function openServer(
  tcp: Tcp,
  clock: Clock,
  request: ReplayRequest,
  ils: string,
): Promise<Server> {
  const {
    host,
    port,
    tls = false,
    login,
    location = "",
    answerWithin = defaultAnswerWithin,
    anyway = false,
  } = request;
  const where = `${host}:${port}`;
  let socket: Awaited<ReturnType<Tcp["dial"]>>;
  try {
    socket = await tcp.dial({ host, port, tls }, dialMs);
  } catch (why) {
    const code = (why as NodeJS.ErrnoException).code ?? "no connection";
    return no("no-server", `Nobody answers at ${where} (${code}). Nothing was sent.`);
  }
  const conversation = createConversation(socket, { clock, answerMs: answerWithin * 1_000 });
  const refuse = (code: string, text: string): Server => {
    conversation.close();
    return no(code, `${text} No line was sent.`);
  };
  const strange = (why: string): Server =>
    refuse(
      "no-sip2",
      `What answers at ${where} does not speak SIP2: ${why}. Expected the address of its SIP2 server.`,
    );
  if (login) {
    const said = await conversation.ask(loginBody(login.user, login.password, location));
    const answer = said.kind === "answer" ? readLogin(said.message) : null;
    if (answer === null) return strange(reasonOfReply(said));
    if (!answer.ok) return refuse("no-login", "The SIP2 server refuses this user and password.");
  }
  const said = await conversation.ask(statusBody);
  const status = said.kind === "answer" ? readStatus(said.message) : null;
  if (status === null) return strange(reasonOfReply(said));
  if (!status.online) return refuse("offline", `The SIP2 server says that ${ils} is not there.`);
  if (!status.offlineOk && !anyway) {
    const text = `The SIP2 server says that it takes nothing that was done while it was away (off-line ok: N). Many say so and take it all the same: if the library's help desk agrees, go on anyway, and look at the first line in ${ils}.`;
    return refuse("offline-not-ok", text);
  }
  const notes = [
    ...(status.version === "2.00" ? [] : [`The server speaks SIP ${status.version}, not 2.00.`]),
    ...(status.checkout ? [] : ["The server says that it takes no check-outs."]),
    ...(status.checkin ? [] : ["The server says that it takes no check-ins."]),
    ...(status.offlineOk ? [] : ["The server says that it takes nothing that was done while it was away."]),
  ];
  const { institution } = status;
  return { kind: "open", conversation, notes, ...(institution === undefined ? {} : { institution }) };
}

function no(code: string, text: string): Server {
  return { kind: "refused", code, text };
}

function reasonOfReply(reply: Awaited<ReturnType<Conversation["ask"]>>): string {
  if (reply.kind === "answer") return "it answered something else than was asked";
  return reply.kind === "lost" ? `${reply.why[0]!.toLowerCase()}${reply.why.slice(1)}` : "it hung up";
}
