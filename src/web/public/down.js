// Goes on by itself when the program on this PC is back.
const EVERY_MS = 2_000;

document.querySelector("#print")?.addEventListener("click", () => print());

async function ask() {
  const isBack = await fetch("/healthz", { cache: "no-store" }).then(
    (response) => response.ok,
    () => false,
  );
  if (isBack) location.reload();
  else setTimeout(ask, EVERY_MS);
}

setTimeout(ask, EVERY_MS);
