/**
 * What a SIP2 server said, where somebody pastes its answers: 12 (check-out), 10 (check-in), 30 (renew), with the
 * screen message in AF.
 */
import { adviceOf } from "./advice.ts";
import type { Act, LineReader } from "./reply.ts";
import { fieldsOf } from "./sip2.ts";

const ACTS: Readonly<Record<string, Act>> = { "10": "return", "12": "loan", "30": "loan" };

export const readSip2Line: LineReader = (text, at) => {
  const [, code, ok, rest] = /^\s*(10|12|30)([01])[YNU]{3}[\d Z]{18}(.*)$/s.exec(text) ?? [];
  if (code === undefined || rest === undefined) return null;
  const fields = fieldsOf(rest);
  const item = fields.get("AB");
  if (item === undefined || item === "") return null;
  const patron = fields.get("AA");
  const words = fields.get("AF") ?? "";
  const act = ACTS[code];
  return {
    at,
    ...(ok === "1"
      ? { outcome: "done" as const }
      : { outcome: "refused" as const, advice: adviceOf(words) ?? ("other" as const) }),
    words,
    item,
    ...(patron === undefined || patron === "" ? {} : { patron }),
    ...(act === undefined ? {} : { act }),
  };
};
