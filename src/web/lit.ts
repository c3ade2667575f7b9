/**
 * The one place that knows Lit. Elements render into the page itself, not into shadow roots: one style sheet, plain
 * labels and headings, and nothing inline, so the strictest content policy holds.
 */
import { LitElement } from "lit";
import type { Intent } from "./intent.ts";
import type { Model } from "./store.ts";

export type { PropertyValues, TemplateResult } from "lit";
export { html, nothing, render, svg } from "lit";
export { live } from "lit/directives/live.js";
export { repeat } from "lit/directives/repeat.js";

/** An element that shows the model and says what the user wants; it never fetches. */
export abstract class View extends LitElement {
  static override properties: Record<string, object> = { model: { attribute: false } };
  declare model: Model;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Fires `intent`, bubbling, with the intent as its detail. */
  protected send(intent: Intent): void {
    this.dispatchEvent(new CustomEvent("intent", { detail: intent, bubbles: true, composed: true }));
  }

  protected field(name: string): string {
    const control = this.querySelector<HTMLInputElement>(`[name="${name}"]`);
    return control?.value.trim() ?? "";
  }
}
