/**
 * The dialogs that staff open themselves: due date, day of returns, an item without a barcode, voiding, a title, due
 * dates for the stamp, details of the status bar, keys and help. One frame for all: heading focused, Esc closes.
 */
import { t } from "../language.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
import type { DialogContent } from "./dialog-content.ts";
import { dueContent, returnDayContent } from "./due-dialogs.ts";
import { helpContent } from "./help-dialog.ts";
import { ignoredLine } from "./ignored-line.ts";
import { dueDatesContent, findItemContent, titleContent, voidContent } from "./item-dialogs.ts";
import { statusContent } from "./status-dialog.ts";

export class CounterDialogs extends View {
  #opener: Element | null = null;

  protected override updated(_changed: PropertyValues): void {
    const dialog = this.querySelector("dialog");
    if (dialog === null || dialog.open) return;
    // Who came by the mouse goes on with a scan; who came by keys goes on from there.
    this.#opener = document.querySelector(":focus-visible");
    dialog.showModal();
    const first =
      dialog.querySelector<HTMLElement>("[data-start]") ?? dialog.querySelector<HTMLElement>("h2");
    first?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { dialog } = this.model.counter;
    if (dialog === undefined || this.model.counter.isHidden) return nothing;
    const content = this.#content();
    return html`<dialog class="ask for-${dialog.kind}" aria-labelledby="dialog-title" @cancel=${this.#close}>
      <h2 id="dialog-title" tabindex="-1">${content.title}</h2>
      ${content.body}
      ${ignoredLine(this.model)}
      <div class="actions">
        <button type="button" class="button" data-safe @click=${this.#close}>${content.safe ?? t`Close`} <kbd>${t`Esc`}</kbd></button>
        ${
          content.confirm === undefined
            ? nothing
            : html`<button type="button" class="button main" data-confirm @click=${content.confirm.run}>${content.confirm.word} <kbd>${t`Ctrl Enter`}</kbd></button>`
        }
      </div>
    </dialog>`;
  }

  #content(): DialogContent {
    const { dialog } = this.model.counter;
    const asked = {
      model: this.model,
      send: this.send.bind(this),
      field: (name: string) => this.field(name),
      isOn: (name: string) => this.querySelector<HTMLInputElement>(`[name="${name}"]`)?.checked === true,
    };
    switch (dialog?.kind) {
      case "due":
        return dueContent(asked);
      case "return-day":
        return returnDayContent(asked);
      case "find-item":
        return findItemContent(asked);
      case "void":
        return voidContent(asked, dialog.id);
      case "title":
        return titleContent(asked, dialog.id);
      case "due-dates":
        return dueDatesContent(asked);
      case "status":
        return statusContent(asked, dialog.part);
      default:
        return helpContent(asked);
    }
  }

  /** The focus goes back to what opened it; from the scan field `focus.ts` takes care. */
  #close = (event: Event): void => {
    event.preventDefault();
    this.send({ kind: "close-dialog" });
    const opener = this.#opener;
    if (opener instanceof HTMLElement && opener.closest(".status") !== null) setTimeout(() => opener.focus());
  };
}

customElements.define("dm-dialogs", CounterDialogs);
