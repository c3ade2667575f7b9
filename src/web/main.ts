/** Starts the pages: one store, one connection, one controller, one shell. */

import type { Store } from "./acts.ts";
import { recordAtOnce } from "./at-once.ts";
import { createConnection } from "./connection.ts";
import { createController } from "./controller.ts";
import { parseSettings, SETTINGS_KEY } from "./desk-settings.ts";
import { Shell } from "./elements/shell.ts";
import type { Intent } from "./intent.ts";
import "./elements/counter-dialogs.ts";
import "./elements/curtain.ts";
import "./elements/question-dialog.ts";
import "./elements/recovery-code.ts";
import "./elements/sign-in-dialog.ts";
import "./elements/status-bar.ts";
import "./pages/desk-page.ts";
import { watchIdle } from "./idle.ts";
import { LANGUAGE_KEY } from "./language.ts";
import { fetchAllPages } from "./page-table.ts";
import { createPrinter } from "./printing.ts";
import type { Connection } from "./request.ts";
import { hashToRoute, routeToHash } from "./routes.ts";
import { createSigning, type Signing } from "./signing.ts";
import { createSitting, type Sitting } from "./sitting.ts";
import { createSpeaker } from "./speaker.ts";
import { createModel, type Model, reduceEvent } from "./store.ts";
import { isOnlyUnderWay } from "./under-way.ts";
import { uuidv7 } from "./uuid.ts";

/** After these the lists of the page say something else. */
const RELOADING: ReadonlySet<string> = new Set(["batch", "exception", "state", "purged"]);
/** What the first page doesn't need comes when that one stands. */
const FETCH_REST_MS = 1_500;
/** What is still under way after so long is shown. */
const SHOW_SOON_MS = 100;
const STAFF_KEY = "deskmesh-staff";

function start(): void {
  const shell = new Shell();
  const speaker = createSpeaker();
  const printer = createPrinter();
  let sitting: Sitting | undefined;
  let showing: ReturnType<typeof setTimeout> | undefined;
  let model: Model = createModel(
    hashToRoute(location.hash),
    localStorage.getItem(STAFF_KEY) ?? "",
    parseSettings(localStorage.getItem(SETTINGS_KEY)),
    isPractice(),
  );
  const store: Store = {
    get: () => model,
    set: (next) => {
      // An address that somebody has just chosen is told a moment later: what comes meanwhile must not set it back.
      const isMoved = next.route !== model.route;
      const isSoon = isOnlyUnderWay(model, next);
      model = next;
      // What a scan passes through on its way is not worth a picture each: the next would wait for it.
      clearTimeout(showing);
      if (isSoon) showing = setTimeout(() => store.set(store.get()), SHOW_SOON_MS);
      else shell.model = next;
      sitting?.keep();
      if (isMoved && hashToRoute(location.hash) !== next.route) location.hash = routeToHash(next.route);
    },
  };
  store.set(model);
  const createId = (): string => uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
  const connection = createConnection(
    {
      event: (kind, data) => {
        store.set(reduceEvent(store.get(), kind, data));
        if (kind === "recorded")
          controller.noticeRow((data as { row: Parameters<typeof controller.noticeRow>[0] }).row);
        if (RELOADING.has(kind)) controller.reload();
      },
      link: (isUp) => {
        const before = store.get().link;
        if (isUp === (before === "up")) return;
        store.set({ ...store.get(), link: isUp ? "up" : "down" });
        // A node that was started anew knows no session.
        if (isUp) void signing.refresh().then(() => controller.resume(before === "down"));
        if (isUp) void sitting?.restore((input) => controller.feed(input));
      },
      gone: () => {
        if (isPractice()) location.assign("../");
      },
    },
    () => store.get().staff,
  );
  sitting = createSitting({ store, connection, createId });
  const keepStaff = (initials: string): void => localStorage.setItem(STAFF_KEY, initials);
  const onChanged = (): void => {
    controller.reload();
    void sitting?.restore((input) => controller.feed(input));
  };
  const signing = createSigning({ store, connection, keepStaff, onChanged });
  const controller = createController({
    store,
    connection: recordAtOnce(guarded(connection, signing), () => store.get()),
    raw: connection,
    signing,
    saveFile,
    createId,
    now: () => Date.now(),
    keepStaff,
    sound: (family) => {
      const { counter, state } = store.get();
      if (counter.settings.isMuted || state?.settings?.sound === false) return;
      speaker.play(family, counter.settings.volume);
    },
    keepSettings: (settings) => localStorage.setItem(SETTINGS_KEY, JSON.stringify(settings)),
    keepLanguage: (language) => {
      localStorage.setItem(LANGUAGE_KEY, language);
      location.reload();
    },
    print: (job) => printer.print(job),
    practise: (isOn) => location.assign(isOn ? "practice/" : "../"),
  });
  shell.addEventListener("intent", (event) => controller.run((event as CustomEvent<Intent>).detail));
  addEventListener("hashchange", () => controller.run({ kind: "go", route: hashToRoute(location.hash) }));
  watchIdle((idleMs) => controller.idle(idleMs));
  document.body.append(shell);
  setTimeout(() => void fetchRest(() => store.get()), FETCH_REST_MS);
}

async function fetchRest(read: () => Model): Promise<void> {
  await fetchAllPages();
  // Practice has an invented branch, and ends with the program.
  if (!isPractice()) await (await import("./down-page.ts")).keepDownPage(read);
}

/** The same connection, but what needs somebody to sign in asks for that and goes out again. */
function guarded(connection: Connection, signing: Signing): Connection {
  return {
    ...connection,
    get: (path) => signing.guard(() => connection.get(path)),
    post: (path, body) => signing.guard(() => connection.post(path, body)),
    download: (path) => signing.guard(() => connection.download(path)),
  };
}

/** Practice has pages of its own address, and so an API of its own: nothing of it can get elsewhere. */
function isPractice(): boolean {
  return location.pathname.startsWith("/practice/");
}

function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

start();
