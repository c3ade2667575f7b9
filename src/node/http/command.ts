/**
 * A transaction body, already checked for form, to the command that a desk judges: instants as milliseconds.
 */
import type { Command } from "../../crdt/circulation/command.ts";
import { isDay, parseInstant } from "./instant.ts";
import { ProblemError, toProblem } from "./problem.ts";
import type { TransactionBody } from "./schema.ts";

/** The last second of a day (`YYYY-MM-DD`) in a time zone (IANA name), as ms since 1970. */
export type EndOfDay = (day: string, timezone: string) => number;

/** `onlyItem` says when to record, not what: it is no part of the command. */
type WithScan = TransactionBody & { readonly onlyItem?: true };

/** One entry of the log may have 8 KiB; what the desk adds to a command needs some of it. */
export const largestCommandBytes = 4096;

/**
 * `lender`: the supervisor whose PIN rode along in overrides, checked; the PIN itself goes no further than here.
 * Throws a {@link ProblemError} (422 `too-long`) for a body that would not fit into one entry of the log.
 */
export function bodyToCommand(
  body: TransactionBody,
  timezone: string,
  endOfDay: EndOfDay,
  lender?: string,
): Command {
  if (Buffer.byteLength(JSON.stringify(body)) > largestCommandBytes) {
    const text = `The texts are too long: a transaction may have ${largestCommandBytes} bytes in all.`;
    throw new ProblemError(toProblem(422, "too-long", text, { refusal: { kind: "too-long", text } }));
  }
  const { id, effective, overrides, by: _, onlyItem: __, ...rest } = body as WithScan;
  const command: Record<string, unknown> = { id: id.toLowerCase(), ...rest };
  if (effective !== undefined) command.effective = checkedInstant(effective);
  if ("due" in body && body.due !== undefined) {
    command.due = isDay(body.due) ? endOfDay(body.due, timezone) : checkedInstant(body.due);
  }
  if (body.kind === "voiding") command.voids = body.voids.toLowerCase();
  if (overrides !== undefined) {
    command.overrides = overrides.map(({ by, ...override }) =>
      by === undefined ? override : { ...override, by: lender },
    );
  }
  return command as unknown as Command;
}

function checkedInstant(text: string): number {
  const ms = parseInstant(text);
  if (ms === null) throw new Error("an instant that the schema let through can't be read");
  return ms;
}
