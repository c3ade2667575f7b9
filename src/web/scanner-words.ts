/** What was found out about a scanner, and what to do about it, in words. Pure. */

import type { DeskSettings } from "./desk-settings.ts";
import { t } from "./language.ts";
import type { Reading, Suffix } from "./scanner-reading.ts";

export interface Advice {
  readonly isGood: boolean;
  readonly text: string;
}

const SUFFIXES: Readonly<Record<Suffix, string>> = {
  enter: t`It ends each code with Enter: as it should be.`,
  tab: t`It ends each code with Tab: that works as well.`,
  "enter-line-feed": t`It ends each code with Enter and a line feed: that works as well.`,
  none: t`It ends a code with nothing.`,
};

const LAYOUTS = {
  azerty: t`This PC has a French keyboard (AZERTY), the scanner believes in an American one.`,
  qwertz: t`This PC has a German keyboard (QWERTZ), the scanner believes in an American one.`,
} as const;

/** A line for each thing that matters. */
export function scannerAdvice(
  reading: Reading,
  { startStop, silence }: Pick<DeskSettings, "startStop" | "silence">,
): readonly Advice[] {
  if (!reading.isRead) {
    const text =
      reading.text === ""
        ? t`Nothing arrived. Is the scanner plugged in, and the cursor in the field?`
        : t`That was not the test code: ${reading.text}`;
    return [{ isGood: false, text }];
  }
  return [
    suffixAdvice(reading.suffix, silence),
    aroundAdvice(reading, startStop),
    ...keyboardAdvice(reading),
  ];
}

function suffixAdvice(suffix: Suffix, silence: boolean): Advice {
  if (suffix !== "none") return { isGood: true, text: SUFFIXES[suffix] };
  const text = silence
    ? t`${SUFFIXES.none} This desk takes it after 80 ms of silence.`
    : t`${SUFFIXES.none} Have it send Enter (its booklet has a code for that), or set this desk to it.`;
  return { isGood: silence, text };
}

function aroundAdvice({ around, before, after }: Reading, startStop: boolean): Advice {
  switch (around) {
    case "nothing":
      return { isGood: true, text: t`It adds nothing to the code.` };
    case "aim":
      return { isGood: true, text: t`It puts ${before} in front: this desk leaves that out.` };
    case "start-stop":
      return {
        isGood: startStop,
        text: startStop
          ? t`It sends start and stop letters (${before}…${after}): this desk leaves them out.`
          : t`It sends start and stop letters (${before}…${after}). Set this desk to leave them out.`,
      };
    default:
      return {
        isGood: false,
        text: t`It adds ${[before, after].filter((part) => part !== "").join(t` and `)} to the code. Take that off with the codes in its booklet.`,
      };
  }
}

function keyboardAdvice({ layout, isCapsLock }: Reading): readonly Advice[] {
  const fits =
    layout === "fits"
      ? { isGood: true, text: t`Its keyboard fits this PC’s.` }
      : {
          isGood: false,
          text: t`${LAYOUTS[layout]} Its booklet has a code for the country: scan that, then try again.`,
        };
  return isCapsLock
    ? [fits, { isGood: false, text: t`Caps Lock is on: switch it off, then try again.` }]
    : [fits];
}
