/**
 * What staff do in the ILS about a line, a sentence or two in plain words. With its name where the branch has one: other
 * languages bend a name and "the library system" differently, so a sentence that doesn't begin with it stands here twice.
 */
import type { TransactionKind } from "../crdt/circulation/transaction.ts";
import type { Advice } from "./advice.ts";

/** `ils`: as staff call it; `undefined`: the branch never gave it a name. */
type Saying = (ils: string | undefined) => string;

/** For a sentence that begins with it. */
function itself(say: (ils: string) => string): Saying {
  return (ils = "The library system") => say(ils);
}

function within(named: (ils: string) => string, plain: string): Saying {
  return (ils) => (ils === undefined ? plain : named(ils));
}

/** For what came back, and for all that went out. */
interface ByWay {
  readonly returned: Saying;
  readonly lent: Saying;
}

const REFUSED: Saying = itself((ils) => `${ils} refused it. Read its words, and enter this there by hand.`);

const SAYINGS: Readonly<Record<Exclude<Advice, "other">, Saying | ByWay>> = {
  "item-unknown": itself(
    (ils) =>
      `${ils} does not know this item barcode. Look at the item: correct the barcode or catalogue it, then enter this there.`,
  ),
  "patron-unknown": itself(
    (ils) => `${ils} does not know this card. Find the patron or create them first, then enter this there.`,
  ),
  "not-on-loan": {
    returned: itself(
      (ils) =>
        `${ils} did not have it on loan. Scan it in there once, so that its status and holds are right.`,
    ),
    lent: itself(
      (ils) => `${ils} does not have it on loan. Check it out there to this patron, if they still have it.`,
    ),
  },
  "on-loan": itself(
    (ils) =>
      `${ils} has it on loan to somebody. Find out who has it; return it there, then check it out to this patron if they have it.`,
  ),
  "later-action": within(
    (ils) =>
      `Something was done with this item in ${ils} since. Look at the item there: mostly nothing is left to do.`,
    "Something was done with this item in the library system since. Look at the item there: mostly nothing is left to do.",
  ),
  blocked: within(
    (ils) => `The patron is blocked in ${ils}. Enter this there with an override, or speak with the patron.`,
    "The patron is blocked in the library system. Enter this there with an override, or speak with the patron.",
  ),
  limit: within(
    (ils) => `The patron has reached a limit of ${ils}. Enter this there with an override.`,
    "The patron has reached a limit of the library system. Enter this there with an override.",
  ),
  expired: within(
    (ils) => `The card has expired in ${ils}. Renew the card, then enter this there.`,
    "The card has expired in the library system. Renew the card, then enter this there.",
  ),
  "not-for-loan": itself(
    (ils) =>
      `${ils} does not lend this item. Enter the loan there with an override, or ask for the item back.`,
  ),
  reserved: {
    returned: within(
      (ils) => `Somebody waits for this item. Scan it in in ${ils} and put it on the hold shelf.`,
      "Somebody waits for this item. Scan it in in the library system and put it on the hold shelf.",
    ),
    lent: within(
      (ils) =>
        `Somebody else waits for this item. Enter the loan in ${ils} with an override, and tell the one who waits.`,
      "Somebody else waits for this item. Enter the loan in the library system with an override, and tell the one who waits.",
    ),
  },
  exists: itself(
    (ils) => `${ils} has this card or name already. Compare the two, and merge or correct them there.`,
  ),
  malformed: itself(
    (ils) => `${ils} could not read this line. Enter it there by hand, and tell the makers of Deskmesh.`,
  ),
  unknown: within(
    (ils) =>
      `It was sent and no answer came. Look in ${ils} whether it is there; enter it by hand if it is not.`,
    "It was sent and no answer came. Look in the library system whether it is there; enter it by hand if it is not.",
  ),
  "other-due": itself(
    (ils) => `${ils} took it with another due date than was promised. Set the promised date there.`,
  ),
  "not-sent": within(
    (ils) => `This cannot be sent. Enter it in ${ils} by hand.`,
    "This cannot be sent. Enter it in the library system by hand.",
  ),
};

function isKnown(advice: string | undefined): advice is keyof typeof SAYINGS {
  return advice !== undefined && Object.hasOwn(SAYINGS, advice);
}

/** About a line that it didn't take as it was; `advice` may come from a later version. */
export function adviceToText(advice: string | undefined, kind: TransactionKind, ils?: string): string {
  const saying = isKnown(advice) ? SAYINGS[advice] : REFUSED;
  if (typeof saying === "function") return saying(ils);
  return (kind === "checkin" ? saying.returned : saying.lent)(ils);
}

export const createPatron: Saying = within(
  (ils) => `Create this patron in ${ils}, before the file is loaded.`,
  "Create this patron in the library system, before the file is loaded.",
);

export const setDueDate: Saying = within(
  (ils) => `Set this due date in ${ils}: it was promised, and the file carries none.`,
  "Set this due date in the library system: it was promised, and the file carries none.",
);

export const lookAtLater: Saying = within(
  (ils) =>
    `Something later on this item is in ${ils}. Look at it there, and enter this by hand if it still counts.`,
  "Something later on this item is in the library system. Look at it there, and enter this by hand if it still counts.",
);

/** `why`: what the file can't carry of it. */
export function enterByHand(why: string, ils: string | undefined): string {
  return ils === undefined
    ? `${why}. Enter it in the library system by hand.`
    : `${why}. Enter it in ${ils} by hand.`;
}
