/**
 * Which rows of a long list are drawn: those in sight and some around them, with the height of the others kept free. All
 * rows are equally high, so that nothing must be measured. Pure.
 */

export interface RowWindow {
  /** First row that is drawn, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** Height before and after, px. */
  readonly before: number;
  readonly after: number;
}

/** Drawn beyond each edge: a fast scroll shows no hole. */
const MARGIN_ROWS = 8;

export function rowsInSight(count: number, rowPx: number, scrolledPx: number, viewPx: number): RowWindow {
  const first = Math.floor(Math.max(0, scrolledPx) / rowPx) - MARGIN_ROWS;
  const last = Math.ceil((Math.max(0, scrolledPx) + Math.max(viewPx, rowPx)) / rowPx) + MARGIN_ROWS;
  const from = Math.max(0, Math.min(first, count));
  const to = Math.max(from, Math.min(last, count));
  return { from, to, before: from * rowPx, after: (count - to) * rowPx };
}
