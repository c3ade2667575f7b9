/** How long nobody touched this desk: no key, no click, no movement. */

/** Tells every second how long nobody did anything, ms. Gives the one function that stops it. */
export function watchIdle(tell: (idleMs: number) => void): () => void {
  let lastMs = Date.now();
  const onAct = (): void => {
    lastMs = Date.now();
  };
  const events = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
  for (const name of events) document.addEventListener(name, onAct, { capture: true, passive: true });
  const timer = setInterval(() => tell(Date.now() - lastMs), 1_000);
  return () => {
    clearInterval(timer);
    for (const name of events) document.removeEventListener(name, onAct, { capture: true });
  };
}
