/** Refused links, told to people: those that somebody may have to do something about, once each until things change. */
import { closeCodes } from "./hello.ts";

export interface Refusals {
  tell(code: number, text: string): void;
  /** What was told may be told again. */
  forget(): void;
}

const telling: ReadonlySet<number> = new Set([
  closeCodes.otherProtocol,
  closeCodes.notThisBranch,
  closeCodes.notAdmitted,
  closeCodes.retired,
  closeCodes.noHello,
]);
/** Strangers must not fill the log. */
const maxTold = 256;

export function createRefusals(say: (text: string) => void): Refusals {
  const told = new Set<string>();
  return {
    tell(code, text) {
      if (!telling.has(code) || told.has(text) || told.size >= maxTold) return;
      told.add(text);
      say(text);
    },
    forget: () => told.clear(),
  };
}
