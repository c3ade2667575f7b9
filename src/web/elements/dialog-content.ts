/** What a dialog of the counter is made of, and what it may ask of its frame. */
import type { Intent } from "../intent.ts";
import type { TemplateResult } from "../lit.ts";
import type { Model } from "../store.ts";

export interface DialogContent {
  readonly title: string;
  readonly body: TemplateResult;
  /** The safe choice, `Close` where left out. */
  readonly safe?: string;
  readonly confirm?: { readonly word: string; readonly run: () => void };
}

export interface DialogAsk {
  readonly model: Model;
  readonly send: (intent: Intent) => void;
  /** What stands in the field of that name, without outer blanks. */
  readonly field: (name: string) => string;
  /** Is the tick of that name set? */
  readonly isOn: (name: string) => boolean;
}
