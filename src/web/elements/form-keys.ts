/** A stray scan ends with Enter: a form is sent by Ctrl+Enter or a click, never by Enter alone. */

/** For `@keydown` of a form. */
export function onlyCtrlEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter") return;
  const { target } = event;
  const isOwn =
    target instanceof HTMLButtonElement ||
    target instanceof HTMLAnchorElement ||
    (target instanceof HTMLElement && target.tagName === "SUMMARY");
  if (isOwn && !event.ctrlKey) return;
  // Whoever listens further out would send another form.
  event.preventDefault();
  event.stopPropagation();
  const form = event.currentTarget as HTMLFormElement;
  if (event.ctrlKey) form.requestSubmit();
}
