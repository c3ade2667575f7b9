/** Starts the pages: one store, one connection, one controller, one shell. */

import type { Store } from "./acts.ts";
import { createConnection } from "./connection.ts";
import { createController } from "./controller.ts";
import { Shell } from "./elements/shell.ts";
import type { Intent } from "./intent.ts";
import "./elements/question-dialog.ts";
import "./elements/recovery-code.ts";
import "./elements/sign-in-dialog.ts";
import "./elements/status-bar.ts";
import "./pages/activity-page.ts";
import "./pages/desk-page.ts";
import "./pages/desks-page.ts";
import "./pages/exceptions-page.ts";
import "./pages/export-page.ts";
import "./pages/find-page.ts";
import "./pages/desk-acts-section.ts";
import "./pages/patron-data-section.ts";
import "./pages/first-run-page.ts";
import "./pages/join-section.ts";
import "./pages/register-page.ts";
import "./pages/rules-page.ts";
import { watchIdle } from "./idle.ts";
import type { Connection } from "./request.ts";
import { hashToRoute, routeToHash } from "./routes.ts";
import { createSigning, type Signing } from "./signing.ts";
import { createModel, type Model, reduceEvent } from "./store.ts";
import { uuidv7 } from "./uuid.ts";

/** After these the lists of the page say something else. */
const RELOADING: ReadonlySet<string> = new Set(["batch", "exception", "state", "purged"]);
const STAFF_KEY = "deskmesh-staff";

function start(): void {
  const shell = new Shell();
  let model: Model = createModel(hashToRoute(location.hash), localStorage.getItem(STAFF_KEY) ?? "");
  const store: Store = {
    get: () => model,
    set: (next) => {
      model = next;
      shell.model = next;
      if (hashToRoute(location.hash) !== next.route) location.hash = routeToHash(next.route);
    },
  };
  store.set(model);
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
        if (isUp) void signing.refresh().then(() => controller.resume());
      },
    },
    () => store.get().staff,
  );
  const keepStaff = (initials: string): void => localStorage.setItem(STAFF_KEY, initials);
  const onChanged = (): void => controller.reload();
  const signing = createSigning({ store, connection, keepStaff, onChanged });
  const controller = createController({
    store,
    connection: guarded(connection, signing),
    raw: connection,
    signing,
    saveFile,
    createId: () => uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10))),
    now: () => Date.now(),
    keepStaff,
  });
  shell.addEventListener("intent", (event) => controller.run((event as CustomEvent<Intent>).detail));
  addEventListener("hashchange", () => controller.run({ kind: "go", route: hashToRoute(location.hash) }));
  watchIdle((idleMs) => controller.idle(idleMs));
  document.body.append(shell);
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

function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

start();
