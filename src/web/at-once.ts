/**
 * With a patron open almost every code is an item. Then the look at a code and its record are one question to the node:
 * it records what can only be an item, and else says what the code is. The scanning machine knows nothing of that: its
 * look is answered, and the answer to its record is here already.
 */
import type { Problem } from "../node/http/api.ts";
import { scanToCommand } from "./recording.ts";
import type { Connection, HttpAnswer } from "./request.ts";
import type { Command } from "./session.ts";
import type { Model } from "./store.ts";

const LOOK = "scan/";
/** The node's word for a code that is, or may be, a card. */
const OTHER = "not-only-item";

export function recordAtOnce(connection: Connection, read: () => Model): Connection {
  const answers = new Map<string, HttpAnswer>();
  return {
    ...connection,
    async get(path) {
      const command = path.startsWith(LOOK) ? commandUnderWay(read()) : undefined;
      if (command === undefined || path !== LOOK + encodeURIComponent(command.item ?? ""))
        return connection.get(path);
      const answer = await connection.post("transactions", { ...command, onlyItem: true });
      if (answer === undefined) return undefined;
      const problem = (answer.body ?? {}) as Partial<Problem>;
      if (problem.code === OTHER) return { status: 200, body: problem.scan };
      // Only the newest: one thing is under way at a time.
      answers.clear();
      answers.set(command.id, answer);
      return { status: 200, body: {} };
    },
    async post(path, body) {
      const { id = "", overrides } = (path === "transactions" ? body : {}) as Partial<Command>;
      const answer = overrides === undefined ? answers.get(id) : undefined;
      if (answer === undefined) return connection.post(path, body);
      answers.delete(id);
      return answer;
    },
  };
}

/** What the scan that is looked at will be recorded as; nothing where nobody is served or has said who they are. */
function commandUnderWay({ session, staff }: Model): Command | undefined {
  const { phase, patron } = session;
  if (phase.kind !== "looking" || patron === undefined || staff === "") return undefined;
  return scanToCommand(phase.scan, session);
}
