/**
 * Names of feeds and segments: `feed/<desk>/<run>/<segment>`. A feed is written by one run of one desk, and by
 * nobody else.
 */

export interface SegmentName {
  readonly desk: string;
  readonly run: string;
  /** 0-based. */
  readonly segment: number;
}

const pattern = /^feed\/([0-9a-f]{32})\/([0-9a-f]{16})\/(0|[1-9][0-9]{0,5})$/;

/** `null` for anything that is not a segment's name. */
export function parseSegmentName(text: string): SegmentName | null {
  const match = pattern.exec(text);
  return match ? { desk: match[1]!, run: match[2]!, segment: Number(match[3]) } : null;
}

export function segmentNameToText(name: SegmentName): string {
  return `feed/${name.desk}/${name.run}/${name.segment}`;
}

/** Key of a feed in a frontier: `<desk>/<run>`. */
export function feedKey(desk: string, run: string): string {
  return `${desk}/${run}`;
}

export function parseFeedKey(key: string): { desk: string; run: string } | null {
  const match = /^([0-9a-f]{32})\/([0-9a-f]{16})$/.exec(key);
  return match ? { desk: match[1]!, run: match[2]! } : null;
}
