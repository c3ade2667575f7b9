/**
 * Long work in small steps: whoever runs it may do something else between two of them, so that no scan waits for it.
 * A step takes well below a millisecond; what is yielded says how far it is, in lines.
 */
export type Steps<T> = Generator<number, T, void>;

/** All of it at once. */
export function runThrough<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
