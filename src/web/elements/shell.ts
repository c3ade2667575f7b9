/**
 * The frame around every page: banner, rail, content, patron panel, status bar, and what must be said loudly.
 * Owns the keys and keeps the scan field focused where there is one.
 */
import { modelToBanner, WHAT_TO_DO } from "../banner.ts";
import { keepFocus, refocus } from "../focus.ts";
import { keyToMeaning } from "../keys.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
import { PAGES, type Route, routeToHash, routeToWord } from "../routes.ts";
import { countWaiting } from "../session.ts";
import { countToText } from "../words.ts";
import { type IconName, icon } from "./icons.ts";

export class Shell extends View {
  #undo: () => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const onKey = (event: KeyboardEvent): void => this.#keydown(event);
    document.addEventListener("keydown", onKey);
    const unkeep = keepFocus(() => this.#titled());
    this.#undo = () => {
      document.removeEventListener("keydown", onKey);
      unkeep();
    };
  }

  override disconnectedCallback(): void {
    this.#undo();
    super.disconnectedCallback();
  }

  protected override updated(changed: PropertyValues): void {
    const before = changed.get("model") as View["model"] | undefined;
    if (before?.route !== this.model.route) this.#arrive(before?.route);
    // Later: a dialog that goes and a field that comes are rendered after this element.
    setTimeout(() => {
      refocus();
      this.#titled();
    });
  }

  protected override render(): TemplateResult {
    const { route, state } = this.model;
    if (state === undefined) return this.#waiting();
    if (state.branch === undefined)
      return html`${this.#alarms()}<dm-first-run .model=${this.model}></dm-first-run>`;
    return html`<a class="skip" href="#content" @click=${this.#skip}>Skip to the page</a>
      ${this.#banner()} ${this.#alarms()} ${this.#hiding()}
      <div class="frame mode-${route}">
        ${this.#rail()}
        <main id="content" tabindex="-1">${this.#page()}</main>
      </div>
      <dm-status .model=${this.model}></dm-status>
      <dm-question .model=${this.model}></dm-question>
      <dm-sign-in .model=${this.model}></dm-sign-in>
      <dm-recovery-code .model=${this.model}></dm-recovery-code>
      ${this.#help()}`;
  }

  #page(): TemplateResult {
    const model = this.model;
    switch (model.route) {
      case "out":
      case "in":
      case "renew":
        return html`<dm-desk .model=${model} .mode=${model.route}></dm-desk>`;
      case "find":
        return html`<dm-find .model=${model}></dm-find>`;
      case "register":
        return html`<dm-register .model=${model}></dm-register>`;
      case "activity":
        return html`<dm-activity .model=${model}></dm-activity>`;
      case "rules":
        return html`<dm-rules .model=${model}></dm-rules>`;
      case "desks":
        return html`<dm-desks .model=${model}></dm-desks>`;
      case "exceptions":
        return html`<dm-exceptions .model=${model}></dm-exceptions>`;
      case "export":
        return html`<dm-export .model=${model}></dm-export>`;
    }
  }

  #waiting(): TemplateResult {
    return html`<main class="alone" id="content"><h1>Deskmesh</h1>
      <p role="status">${this.model.link === "down" ? "The program on this PC does not answer. This page goes on by itself when it is back." : "Starting…"}</p></main>`;
  }

  #banner(): TemplateResult {
    const banner = modelToBanner(this.model, Date.now());
    return html`<header class="banner ${banner.tone}">${icon(banner.tone === "wait" ? "outage" : "tick")}
      <p role="status"><b>${banner.lead}</b> · <span>${banner.text}</span></p>
      <button type="button" class="pill" @click=${this.#openHelp}>What to do</button></header>`;
  }

  /** Any key or click extends: the button is for those who look for one. */
  #hiding(): TemplateResult {
    const { hidingIn } = this.model;
    return html`<div role="alert">${
      hidingIn === undefined
        ? nothing
        : html`<div class="alarm wait">${icon("attention")}<p>Hiding this patron in <span aria-hidden="true">${hidingIn}</span><span class="hidden">a few</span> seconds.</p>
          <button type="button" class="button">Keep open</button></div>`
    }</div>`;
  }

  /** What must not be overlooked: the node is gone, or nothing can be saved. */
  #alarms(): TemplateResult {
    const { link, state, session } = this.model;
    const waiting = countWaiting(session);
    const unsaved = session.unsaved.map((scan) => scan.barcode);
    return html`<div role="alert">
      ${
        link === "down"
          ? html`<div class="alarm">${icon("stop")}<p><b>STOP. The program on this PC does not answer.</b> Nothing you scan now is recorded.
            ${waiting > 0 ? `${countToText(waiting, "scan is", "scans are")} not confirmed yet and will be asked again.` : ""}
            Use another desk or the paper form. This page goes on by itself.</p></div>`
          : nothing
      }
      ${
        state?.fault === undefined && unsaved.length === 0
          ? nothing
          : html`<div class="alarm">${icon("stop")}<p><b>NOT SAVED.</b> ${state?.fault?.text ?? "This PC could not save the last scan."}
            Do not give the item out: use another desk or the paper form.
            ${unsaved.length > 0 ? html`Not recorded: <span class="code" dir="ltr">${unsaved.join(", ")}</span>` : nothing}</p></div>`
      }
    </div>`;
  }

  #rail(): TemplateResult {
    const { mustDecide = 0 } = this.model.state?.exceptions ?? {};
    const link = (page: (typeof PAGES)[number]): TemplateResult => html`<li><a href=${routeToHash(page.route)}
        aria-current=${page.route === this.model.route ? "page" : nothing}>${icon(page.route as IconName)}<span class="word">${page.word}</span>
        ${page.route === "exceptions" && mustDecide > 0 ? html`<span class="count">${mustDecide}<span class="hidden"> to decide</span></span>` : nothing}
        <kbd>${page.keys}</kbd></a></li>`;
    return html`<nav class="rail" aria-label="Pages">
      <ul>${PAGES.filter((page) => page.group === "desk").map(link)}</ul>
      <ul>${PAGES.filter((page) => page.group === "branch").map(link)}</ul>
    </nav>`;
  }

  #help(): TemplateResult {
    const steps = WHAT_TO_DO[this.model.state?.outage.state ?? "standby"] ?? [];
    return html`<dialog id="help" aria-labelledby="help-title"><h2 id="help-title" tabindex="-1">What to do now</h2>
      <ol>${steps.map((text) => html`<li>${text}</li>`)}</ol>
      <form method="dialog" class="actions"><button class="button">Close <kbd>Esc</kbd></button></form></dialog>`;
  }

  #openHelp = (): void => {
    this.querySelector<HTMLDialogElement>("#help")?.showModal();
    this.querySelector<HTMLElement>("#help-title")?.focus();
  };

  #skip = (event: Event): void => {
    event.preventDefault();
    this.querySelector<HTMLElement>("#content")?.focus();
  };

  #arrive(before: Route | undefined): void {
    if (before === undefined) return;
    // Pages without a scan field take the focus to their first field, or to their heading.
    // Later: the page's own element renders after this one.
    setTimeout(() => {
      const target =
        this.querySelector<HTMLElement>("main [data-first]") ?? this.querySelector<HTMLElement>("main h1");
      if (this.querySelector("#scan") === null) target?.focus();
    });
  }

  #titled(): void {
    const { route, state } = this.model;
    const ready = document.activeElement?.id === "scan" && this.model.link === "up" ? "● Ready · " : "";
    const desk = state?.desk === undefined ? "" : ` · ${state.desk.name}`;
    const page = state?.branch === undefined ? "Deskmesh" : routeToWord(route);
    const title = `${ready}${page}${desk}`;
    if (document.title !== title) document.title = title;
  }

  #keydown(event: KeyboardEvent): void {
    const meaning = keyToMeaning({
      key: event.key,
      code: event.code,
      ctrl: event.ctrlKey || event.metaKey,
      alt: event.altKey,
      shift: event.shiftKey,
    });
    if (meaning === undefined || this.model.state?.branch === undefined) return;
    event.preventDefault();
    if (document.querySelector("dialog[open]") !== null) return;
    if (meaning.kind === "change-staff") this.send({ kind: "change-staff" });
    if (meaning.kind === "go") this.send({ kind: "go", route: meaning.route });
    const { route } = this.model;
    if (meaning.kind === "void-last" && (route === "out" || route === "in" || route === "renew")) {
      this.send({ kind: "void-last", mode: route });
    }
  }
}

customElements.define("dm-shell", Shell);
