/**
 * What the ILS knew before the outage, one record at a time: the shapes that `decide` and the views read.
 * Reading files and storing them is the node's business (`src/node/snapshot/`).
 */

export interface PatronRecord {
  readonly barcode: string;
  readonly surname: string;
  readonly givenNames: string;
  readonly category: string;
  readonly branch: string;
  /** Last day of the card, `YYYY-MM-DD`; empty when none is known. */
  readonly expires: string;
  readonly birthDate: string;
  readonly phone: string;
  readonly email: string;
  readonly address: string;
  readonly blocks: readonly string[];
  readonly message: string;
}

export interface ItemRecord {
  readonly barcode: string;
  readonly title: string;
  readonly author: string;
  readonly callNumber: string;
  readonly itemType: string;
  readonly location: string;
  readonly branch: string;
  readonly status: string;
  readonly itemMessage: string;
  readonly opacMessage: string;
  readonly price: string;
  readonly titleId: string;
}

export interface LoanRecord {
  readonly item: string;
  readonly patron: string;
  /** As written in the file: local time of the branch without an offset, or with one. */
  readonly checkedOutAt: string;
  readonly dueAt: string;
  readonly renewalsLeft?: number;
}

export interface HoldRecord {
  readonly item: string;
  readonly titleId: string;
  readonly patron: string;
  readonly pickupBranch: string;
  readonly placedAt: string;
  readonly status: string;
  readonly shelfUntil: string;
}

/** What a snapshot says of one scan's patron and item; `null` = looked up and not there. */
export interface Known {
  /** Left out when this desk has no snapshot. */
  readonly snapshot?: {
    readonly sha256: string;
    /** ms */
    readonly takenAt: number;
    readonly hasPatrons: boolean;
    readonly hasItems: boolean;
    readonly hasLoans: boolean;
  };
  readonly patron?: PatronRecord | null;
  readonly item?: ItemRecord | null;
  /** The snapshot's loan of the item. */
  readonly loan?: LoanRecord | null;
  readonly holds?: readonly HoldRecord[];
  /** Items that the snapshot says the patron has; looked up where limits count them. */
  readonly borrowed?: readonly string[];
  /** Item types of what the patron has, here and in the snapshot; looked up where limits ask for types. */
  readonly itemTypes?: ReadonlyMap<string, string>;
}
