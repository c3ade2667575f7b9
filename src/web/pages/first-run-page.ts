/** The first run: four fields that are filled in already, one click, and the desk lends. */
import { html, nothing, type TemplateResult, View } from "../lit.ts";

export class FirstRunPage extends View {
  protected override render(): TemplateResult {
    const first = this.model.state?.firstRun ?? {
      name: "Library",
      code: "LIB",
      timezone: browserZone(),
      desk: "Desk 1",
    };
    const { outcome } = this.model;
    return html`<main class="alone" id="content">
      <h1 tabindex="-1">Welcome to Deskmesh</h1>
      <p>This PC belongs to no branch yet. Check the four lines and create one: this desk can lend at once.</p>
      ${outcome?.route === "first-run" && !outcome.isGood ? html`<div class="note stop" role="alert"><p>${outcome.text}</p></div>` : nothing}
      <form class="sheet pad form" @submit=${this.#create}>
        <div class="field wide"><label for="b-name">Name of the branch</label><input id="b-name" name="name" required maxlength="80" autocomplete="off" .value=${first.name} /></div>
        <div class="field"><label for="b-code">Short code (2 to 8 letters)</label><input id="b-code" name="code" required pattern="[A-Za-z]{2,8}" maxlength="8" autocomplete="off" .value=${first.code} /></div>
        <div class="field"><label for="b-desk">Name of this desk</label><input id="b-desk" name="desk" required maxlength="40" autocomplete="off" .value=${first.desk} /></div>
        <div class="field wide"><label for="b-zone">Time zone (can't be changed later)</label><input id="b-zone" name="timezone" required maxlength="60" autocomplete="off" .value=${first.timezone} /></div>
        <div class="actions wide"><button class="button main large">Create this branch</button></div>
      </form>
      <p class="quiet">Does another desk run Deskmesh already? Do not create a second branch: see <i>join</i> in the README.</p>
    </main>`;
  }

  #create = (event: Event): void => {
    event.preventDefault();
    const form = {
      name: this.field("name"),
      code: this.field("code").toUpperCase(),
      timezone: this.field("timezone"),
      desk: this.field("desk"),
    };
    this.send({ kind: "create-branch", form });
  };
}

function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

customElements.define("dm-first-run", FirstRunPage);
