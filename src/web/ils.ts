/** What staff call their ILS, in sentences about it: with its name where it has one, else "the library system". */
import { t } from "./language.ts";
import type { Model } from "./store.ts";

/** As a branch has it that never said otherwise. */
const UNNAMED = "the library system";

/** `undefined`: staff have no name of their own for it. */
export function nameOfIls({ state }: Pick<Model, "state">): string | undefined {
  const name = state?.settings?.ilsName;
  return name === undefined || name === UNNAMED || name === t`the library system` ? undefined : name;
}

/** In a sentence that takes either. */
export function ilsOf(model: Pick<Model, "state">): string {
  return nameOfIls(model) ?? t`the library system`;
}

/** One sentence of two: other languages bend the words of the one without a name. */
export function withIls(
  model: Pick<Model, "state">,
  named: (name: string) => string,
  unnamed: string,
): string {
  const name = nameOfIls(model);
  return name === undefined ? unnamed : named(name);
}
