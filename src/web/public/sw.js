// Shows something useful where a browser would say that there is nothing: a page that is opened, or loaded anew, while
// the program on this PC is not running. All else goes to the program as if this were not here. The page that it shows
// is put into the cache by the pages themselves (src/web/down-page.ts), in their language and with what they know.
const CACHE = "deskmesh-down";
const FILES = ["down.css", "down.js", "icon.svg"];

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const name = new URL(request.url).pathname.split("/").at(-1);
  const wanted = request.mode === "navigate" ? "down.html" : FILES.find((file) => file === name);
  if (wanted === undefined || request.method !== "GET") return;
  event.respondWith(
    fetch(request).catch(async (error) => {
      const kept = await caches.match(new URL(wanted, registration.scope), { cacheName: CACHE });
      if (kept === undefined) throw error;
      return kept;
    }),
  );
});
