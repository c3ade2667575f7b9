/**
 * Keeps the scan field focused: a scanner types wherever the cursor is, and a lost scan is a lost loan. Whoever is in
 * another control or in a dialog is left alone, and so is somebody who walks through the page with Tab.
 */

const CONTROLS = "input, select, textarea, summary, dialog, label, option, [contenteditable], .menu";
const SETTLE_MS = 60;

/** Puts the cursor into the scan field, if the page has one and nobody is elsewhere on purpose. */
export function refocus(): void {
  const field = document.querySelector<HTMLInputElement>("#scan");
  if (field === null || document.querySelector("dialog[open]") !== null) return;
  const { activeElement } = document;
  // Where a press of the mouse meets no control, the page's main part gets the focus, and not always a click.
  const isNowhere =
    activeElement === null || activeElement === document.body || activeElement.id === "content";
  if (isNowhere) field.focus();
}

/** Listens until undone. `onFocus` is told whenever the focus moved. */
export function keepFocus(onFocus: () => void): () => void {
  const later = (): void => {
    setTimeout(() => {
      refocus();
      onFocus();
    }, SETTLE_MS);
  };
  const onClick = (event: Event): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest(CONTROLS) !== null && target !== null) return;
    // After a click on a button its work is done: the next thing is a scan. A dialog that it opened has the focus.
    const isFree =
      document.querySelector("dialog[open]") === null && document.querySelector("#scan") !== null;
    if (isFree && document.activeElement instanceof HTMLElement) {
      document.activeElement.blur();
    }
    later();
  };
  const onKey = (event: KeyboardEvent): void => {
    const isText =
      event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey;
    const target = event.target instanceof Element ? event.target : null;
    if (!isText || target?.closest("input, select, textarea, dialog") !== null) return;
    // The field gets this very character: focus moves before the browser types it.
    document.querySelector<HTMLInputElement>("#scan, [data-first]")?.focus();
  };
  const events = ["focusin", "focusout", "visibilitychange"] as const;
  for (const name of events) document.addEventListener(name, later);
  window.addEventListener("focus", later);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey, true);
  return () => {
    for (const name of events) document.removeEventListener(name, later);
    window.removeEventListener("focus", later);
    document.removeEventListener("click", onClick);
    document.removeEventListener("keydown", onKey, true);
  };
}
