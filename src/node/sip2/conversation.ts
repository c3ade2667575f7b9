/**
 * One conversation with a SIP2 server: a question, its answer, and never two at once. A damaged answer is asked for
 * again (97), which sends no line again; what the server says it could not read (96) goes out once more under the same
 * sequence digit, as the protocol has it. After anything else than an answer the connection is cut: what comes late
 * on it must not be taken for the answer to the next line.
 */
import {
  createFramer,
  parseMessage,
  type Sip2Message,
  type Sip2Parsed,
  sealBare,
  sealMessage,
} from "../../export/sip2.ts";
import { resendBody } from "../../export/sip2-lines.ts";
import type { ByteSocket, Clock } from "../ports.ts";

export type Reply =
  | { readonly kind: "answer"; readonly message: Sip2Message }
  /** Nothing left this PC. */
  | { readonly kind: "unsent" }
  /** It went out, and nobody knows what became of it. `why`: plain words, without patron data. */
  | { readonly kind: "lost"; readonly why: string };

export interface Conversation {
  /** `body`: a message up to the end of its last field. */
  ask(body: string): Promise<Reply>;
  close(): void;
}

/** How often one message is asked for again, or sent again because the server could not read it. */
const mostRepeats = 2;
const unreadable = "96";

export function createConversation(
  socket: ByteSocket,
  { clock, answerMs }: { readonly clock: Clock; readonly answerMs: number },
): Conversation {
  const framer = createFramer();
  let seq = 9;
  let hear: ((heard: Sip2Parsed | "closed" | "silence") => void) | null = null;

  socket.onClose = () => hear?.("closed");
  socket.onBytes = (bytes) => {
    const whole = framer.take(bytes);
    if (whole === null) hear?.({ code: "no-message" });
    // What nobody waits for can't be an answer to what is asked later.
    else for (const message of whole) hear?.(parseMessage(message));
  };

  function lose(why: string): Reply {
    socket.cut();
    return { kind: "lost", why };
  }

  function ask(body: string): Promise<Reply> {
    if (socket.closed) return Promise.resolve({ kind: "unsent" });
    seq = (seq + 1) % 10;
    const own = seq;
    const sealed = sealMessage(body, own);
    let repeats = 0;
    return new Promise((resolve) => {
      const cancel = clock.after(answerMs, () => hear?.("silence"));
      const end = (reply: Reply): void => {
        hear = null;
        cancel();
        resolve(reply);
      };
      const again = (bytes: Uint8Array, why: string): void => {
        repeats += 1;
        if (repeats > mostRepeats) end(lose(why));
        else socket.write(bytes);
      };
      hear = (heard) => {
        if (heard === "closed") end(lose("The connection was cut before an answer came"));
        else if (heard === "silence") end(lose(`No answer came within ${answerMs / 1000} seconds`));
        else if (heard.code === "wrong-checksum")
          again(sealBare(resendBody), "Its answers came damaged, again and again");
        else if (heard.code === "no-message" || !("body" in heard)) end(lose("What came back is not SIP2"));
        else if (heard.code === unreadable) again(sealed, "It could not read what was sent, again and again");
        // An answer to something that was asked before: of whoever answers twice.
        else if (heard.seq === undefined || heard.seq === own) end({ kind: "answer", message: heard });
      };
      socket.write(sealed);
    });
  }

  return { ask, close: () => socket.cut() };
}
