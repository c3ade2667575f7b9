/** On the Desks page: what the library system told of patrons and items, and bringing a newer extract. */
import { instantToMoment } from "../banner.ts";
import { html, type TemplateResult, View } from "../lit.ts";
import { timezoneOf } from "../store.ts";

export class PatronDataSection extends View {
  protected override render(): TemplateResult {
    const snapshot = this.model.state?.snapshot;
    const { progress } = this.model;
    const isReading = progress?.task === "import";
    return html`<section class="sheet pad"><h2>Patron data</h2>
      ${
        snapshot === undefined
          ? html`<p>No list of patrons and items on this PC. The desk records all the same.</p>`
          : html`<p>From ${instantToMoment(snapshot.takenAt, timezoneOf(this.model))}:
            ${snapshot.patrons} patrons, ${snapshot.items} items, ${snapshot.loans} loans, ${snapshot.holds} holds.
            ${snapshot.state === "fetching" ? "It is on its way to this desk." : ""}</p>`
      }
      <form class="form" @submit=${this.#send}>
        <div class="field wide"><label for="p-zip">A newer extract: the CSV files in one zip file</label>
          <input id="p-zip" type="file" accept=".zip,application/zip" required /></div>
        <div class="actions wide"><button class="button" ?disabled=${isReading}>Read it in</button></div>
      </form>
      <p class="quiet" role="status">${isReading ? progress.text : "Every desk gets it from here. A supervisor does this."}</p>
    </section>`;
  }

  #send = (event: Event): void => {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>("#p-zip");
    const file = input?.files?.[0];
    if (file) this.send({ kind: "import-zip", file });
  };
}

customElements.define("dm-patron-data", PatronDataSection);
