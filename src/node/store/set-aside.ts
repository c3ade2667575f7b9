/** What was found damaged is kept beside what takes its place, under a name of its own. */
export const damagedMark = ".damaged-";

export function isSetAside(name: string): boolean {
  return name.includes(damagedMark);
}
