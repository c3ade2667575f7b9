/**
 * The frame around every page: banner, rail, content, patron panel, status bar, and what must be said loudly.
 * Owns the keys and keeps the scan field focused where there is one.
 */

import { type Banner, modelToBanner } from "../banner.ts";
import { keepFocus, refocus } from "../focus.ts";
import type { Intent } from "../intent.ts";
import { comboOf, keyTable, keyToMeaning } from "../keys.ts";
import { t } from "../language.ts";
import { html, nothing, type PropertyValues, type TemplateResult, View } from "../lit.ts";
import { guardModals } from "../modal.ts";
import { fetchFirstRun, fetchPage, isFetched, PAGE_TABLE } from "../page-table.ts";
import { PAGES, type Route, routeToHash, routeToWord } from "../routes.ts";
import type { Notice } from "../session.ts";
import { verdictToWord } from "../words.ts";
import { alarms, hidingSoon, standing } from "./alarms.ts";
import { type IconName, icon } from "./icons.ts";

const ESC_GOES_BACK: ReadonlySet<Route> = new Set([
  // Not where a form stands open in the page: there Esc would take the page from under it.
  ...(["activity", "rules", "readiness", "sheet", "settings", "scanner", "day"] as const),
]);
const FETCH_AGAIN_MS = 1_000;

export class Shell extends View {
  static override properties = { ...View.properties, isMenuOpen: { state: true } };
  /** On a narrow screen the pages are behind a button. */
  declare isMenuOpen: boolean;
  #undo: () => void = () => undefined;
  #isFetching = false;
  #said: Notice | undefined;
  #count = 0;
  /** The page that stands; its first field has had the focus. */
  #shown: Route | undefined;

  constructor() {
    super();
    this.isMenuOpen = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const onKey = (event: KeyboardEvent): void => this.#keydown(event);
    document.addEventListener("keydown", onKey);
    const unkeep = keepFocus(() => this.#titled());
    const unguard = guardModals((code, isNew) => this.send({ kind: "ignored", code, isNew }));
    this.#undo = () => {
      document.removeEventListener("keydown", onKey);
      unkeep();
      unguard();
    };
  }

  override disconnectedCallback(): void {
    this.#undo();
    super.disconnectedCallback();
  }

  protected override updated(_changed: PropertyValues): void {
    const { route, state } = this.model;
    if (state?.branch !== undefined && this.#shown !== route && isFetched(route)) {
      this.#arrive(this.#shown);
      this.isMenuOpen = false;
      this.#shown = route;
    }
    // Later: a dialog that goes and a field that comes are rendered after this element.
    setTimeout(() => {
      refocus();
      this.#titled();
    });
  }

  protected override render(): TemplateResult {
    const { route, state } = this.model;
    if (state === undefined) return this.#waiting();
    if (state.branch === undefined) {
      void fetchFirstRun();
      return html`${alarms(this.model, this.#send)}<dm-first-run .model=${this.model}></dm-first-run>`;
    }
    return html`<a class="skip" href="#content" @click=${this.#skip}>${t`Skip to the page`}</a>
      ${this.#banner()} ${alarms(this.model, this.#send)} ${hidingSoon(this.model)} ${standing(this.model, this.#send)}
      <div class="frame mode-${route} ${this.model.counter.isPractice ? "practice" : ""}">
        ${this.#rail()}
        <main id="content" tabindex="-1">${this.#page()}</main>
      </div>
      <dm-status .model=${this.model}></dm-status>
      <dm-question .model=${this.model}></dm-question>
      <dm-sign-in .model=${this.model}></dm-sign-in>
      <dm-recovery-code .model=${this.model}></dm-recovery-code>
      <dm-dialogs .model=${this.model}></dm-dialogs>
      <dm-curtain .model=${this.model}></dm-curtain>
      ${this.#live()}`;
  }

  #page(): TemplateResult {
    const { route } = this.model;
    if (isFetched(route)) return PAGE_TABLE[route].render(this.model);
    void this.#fetch(() => fetchPage(route));
    return html`<div class="page"><h1 tabindex="-1">${routeToWord(route)}</h1>
      <p role="status">${this.model.link === "down" ? t`This page comes when the program on this PC is back.` : t`Loading…`}</p></div>`;
  }

  async #fetch(fetch: () => Promise<boolean>): Promise<void> {
    if (this.#isFetching) return;
    this.#isFetching = true;
    const isHere = await fetch();
    this.#isFetching = false;
    if (isHere) this.requestUpdate();
    else setTimeout(() => this.requestUpdate(), FETCH_AGAIN_MS);
  }

  #waiting(): TemplateResult {
    return html`<main class="alone" id="content"><h1>${"Deskmesh"}</h1>
      <p role="status">${this.model.link === "down" ? t`The program on this PC does not answer. This page goes on by itself when it is back.` : t`Starting…`}</p></main>`;
  }

  #banner(): TemplateResult {
    const banner = modelToBanner(this.model, Date.now());
    const outage = this.model.state?.outage.state;
    return html`<header class="banner ${banner.tone}">${icon(banner.tone === "wait" ? "outage" : "tick")}
      <p role="status"><b>${banner.lead}</b> · <span>${banner.text}</span></p>
      ${this.#bannerActs(banner)}
      ${outage === "closing" ? this.#deskDone() : nothing}
      <button type="button" class="pill" @click=${() => this.send({ kind: "open-dialog", dialog: { kind: "help" } })}>${t`What to do`}</button></header>`;
  }

  /** Whoever has said so sees that it was heard; a scan takes it back. */
  #deskDone(): TemplateResult {
    const own = this.model.state?.desks.desks.find(({ self }) => self);
    if (own?.verdict === "finished") return html`<span class="chip good">${verdictToWord("finished")}</span>`;
    return html`<button type="button" class="pill" @click=${() => this.send({ kind: "move-outage", move: "desk-done" })}>${t`Done at this desk`}</button>`;
  }

  #bannerActs({ asks }: Banner): TemplateResult | typeof nothing {
    const button = (word: string, intent: Intent): TemplateResult =>
      html`<button type="button" class="pill" @click=${() => this.send(intent)}>${word}</button>`;
    if (asks === "rescan") return button(t`Print list`, { kind: "office-sheet", sheet: "re-scan" });
    if (asks !== "down") return nothing;
    return html`${button(t`Yes, down here too`, { kind: "move-outage", move: "down-here" })}${button(t`No, it works here`, { kind: "move-outage", move: "works-here" })}`;
  }

  #rail(): TemplateResult {
    const { mustDecide = 0 } = this.model.state?.exceptions ?? {};
    const { settings } = this.model.counter;
    const table = keyTable(settings.profile, settings.keys);
    const link = (page: (typeof PAGES)[number]): TemplateResult => html`<li><a href=${routeToHash(page.route)}
        aria-current=${page.route === this.model.route ? "page" : nothing}>${icon(page.route as IconName)}<span class="word">${page.word}</span>
        ${page.route === "exceptions" && mustDecide > 0 ? html`<span class="count">${mustDecide}<span class="hidden"> ${t`to decide`}</span></span>` : nothing}
        <kbd>${comboOf(table, page.route).replace("Shift+", "⇧").replace("Alt+", "Alt ")}</kbd></a></li>`;
    const close = (event: KeyboardEvent): void => this.#closeMenu(event);
    return html`<nav class="rail ${this.isMenuOpen ? "open" : ""}" aria-label=${t`Pages`} @keydown=${close}>
      <button type="button" class="menu" aria-expanded=${this.isMenuOpen ? "true" : "false"} aria-controls="menu-pages"
        @click=${() => this.#toggleMenu()}>${icon("activity")}<span>${t`Menu`}</span>
        ${mustDecide > 0 ? html`<span class="count">${mustDecide}<span class="hidden"> ${t`to decide`}</span></span>` : nothing}</button>
      <div id="menu-pages"><ul>${PAGES.filter((page) => page.group === "desk").map(link)}</ul>
      <ul>${PAGES.filter((page) => page.group === "branch").map(link)}</ul></div>
    </nav>`;
  }

  #toggleMenu(): void {
    this.isMenuOpen = !this.isMenuOpen;
  }

  /** Esc leaves the menu where it was opened; the patron who is served stays. */
  #closeMenu(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !this.isMenuOpen) return;
    event.preventDefault();
    event.stopPropagation();
    this.isMenuOpen = false;
    this.querySelector<HTMLElement>(".menu")?.focus();
  }

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
    const ready = document.activeElement?.id === "scan" && this.model.link === "up" ? t`● Ready · ` : "";
    const desk = state?.desk === undefined ? "" : ` · ${state.desk.name}`;
    const page = state?.branch === undefined ? "Deskmesh" : routeToWord(route);
    const practice = this.model.counter.isPractice ? t`PRACTICE · ` : "";
    const title = `${ready}${practice}${page}${desk}`;
    if (document.title !== title) document.title = title;
  }

  /** The one live region: what happened last, once; the same words again are a new thing to say. */
  #live(): TemplateResult {
    const { notice } = this.model.session;
    if (notice !== this.#said) {
      this.#said = notice;
      this.#count += 1;
    }
    const words = notice === undefined ? "" : [notice.text, notice.more].filter(Boolean).join(" ");
    const isStop = notice?.severity === "stop";
    return html`<div class="hidden" id="live" aria-live=${isStop ? "assertive" : "polite"}>${words}${this.#count % 2 === 0 ? "" : "\u00a0"}</div>`;
  }

  #send = (intent: Intent): void => this.send(intent);

  /** Esc leaves a page that has no use of its own for it, unless something is being typed there. */
  #isBack(event: KeyboardEvent): boolean {
    if (event.key !== "Escape" || event.defaultPrevented || !ESC_GOES_BACK.has(this.model.route))
      return false;
    const { target } = event;
    const isTyped = target instanceof HTMLInputElement && target.type !== "checkbox" && target.value !== "";
    return (
      !isTyped && document.querySelector("dialog[open]") === null && this.model.state?.branch !== undefined
    );
  }

  #keydown(event: KeyboardEvent): void {
    const { settings } = this.model.counter;
    const key = {
      key: event.key,
      code: event.code,
      ctrl: event.ctrlKey || event.metaKey,
      alt: event.altKey,
      shift: event.shiftKey,
    };
    if (this.#isBack(event)) {
      this.send({ kind: "go", route: "out" });
      return;
    }
    const meaning = keyToMeaning(key, keyTable(settings.profile, settings.keys));
    if (meaning === undefined || this.model.state?.branch === undefined) return;
    event.preventDefault();
    if (meaning.kind === "swallow") return;
    const { action } = meaning;
    // Hiding is for the moment when somebody looks over the shoulder: no dialog stands in its way.
    if (document.querySelector("dialog[open]") !== null && action !== "hide") return;
    this.send({ kind: "act", action, atMs: event.timeStamp });
  }
}

customElements.define("dm-shell", Shell);
