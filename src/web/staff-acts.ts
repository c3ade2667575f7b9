/** What pages ask of the node about staff: who is at the desk, users, the recovery code, files for a supervisor. */

import type { ImportReport, StaffView } from "../node/http/api.ts";
import { goTo, loadStaff, type Tools, tell } from "./acts.ts";
import type { Intent, UserChange } from "./intent.ts";
import { t } from "./language.ts";
import type { HttpAnswer } from "./request.ts";
import { isSupervisor } from "./store.ts";

/** Does it and gives true; false: it is none of these. */
export async function runStaffAct(tools: Tools, intent: Intent): Promise<boolean> {
  const { store, connection, signing } = tools;
  switch (intent.kind) {
    case "change-staff":
      await signing.signOut();
      tools.keepStaff("");
      store.set({ ...store.get(), staff: "" });
      await signing.ask("staff");
      return true;
    case "sign-in":
      await signing.submit(intent.user, intent.pin);
      return true;
    case "cancel-sign-in":
      signing.cancel();
      return true;
    case "choose-language":
      tools.keepLanguage(intent.language);
      return true;
    case "ask-supervisor":
      if (await signing.ask("supervisor")) await loadStaff(tools);
      return true;
    case "recover": {
      const { code, user, pin } = intent;
      takeCode(tools, await tools.raw.post("recovery", { code, user, pin }));
      return true;
    }
    case "renew-code":
      takeCode(tools, await connection.post("recovery/renew", {}));
      return true;
    case "code-written": {
      const { recoveryCode: _, ...rest } = store.get();
      store.set(rest);
      return true;
    }
    case "change-user":
      takeStaff(tools, await connection.post("staff", intent.change), changeToText(intent.change));
      return true;
    case "set-open-desks": {
      const answer = await connection.post("settings", { openDesks: intent.openDesks });
      tell(tools, "staff", answer, intent.openDesks ? t`Initials are enough now.` : t`Staff sign in now.`);
      return true;
    }
    case "import-zip":
      await importZip(tools, intent.file);
      return true;
    case "fetch-file":
      await fetchFile(tools, intent.path, intent.name);
      return true;
    case "hide":
      store.set({ ...store.get(), find: { query: "", hits: [], isDone: false } });
      goTo(tools, "out");
      return true;
    default:
      return false;
  }
}

/** The code is told once: it stays in sight until somebody says that it is written down. */
function takeCode(tools: Tools, answer: HttpAnswer | undefined): void {
  const code = (answer?.body as { recoveryCode?: unknown } | undefined)?.recoveryCode;
  if (answer?.status === 201 && typeof code === "string") {
    tools.signing.cancel();
    tools.store.set({ ...tools.store.get(), recoveryCode: code });
  }
  tell(tools, "staff", answer, t`There is a new recovery code.`);
}

function changeToText({ user, pin, role, disabled, unlock }: UserChange): string {
  if (pin !== undefined) return role === undefined ? t`${user} has a new PIN.` : t`${user} is added.`;
  if (unlock) return t`${user} is unlocked.`;
  if (disabled !== undefined) return t`${user} is ${disabled ? t`disabled` : t`enabled`}, at every desk.`;
  return role === "supervisor" ? t`${user} is a supervisor now.` : t`${user} is no supervisor any more.`;
}

function takeStaff(tools: Tools, answer: HttpAnswer | undefined, good: string): void {
  if (answer?.status === 200 && Array.isArray(answer.body))
    tools.store.set({ ...tools.store.get(), people: answer.body as readonly StaffView[] });
  tell(tools, "staff", answer, good);
}

/** Asks for the supervisor first: nobody should wait for an upload that is refused. */
async function importZip(tools: Tools, file: File): Promise<void> {
  const { store, signing, connection } = tools;
  if (!isSupervisor(store.get()) && !(await signing.ask("supervisor"))) return;
  // Whatever the browser takes it for: the node looks into it.
  const { name, lastModified } = file;
  const answer = await connection.post(
    "snapshots",
    new File([file], name, { type: "application/zip", lastModified }),
  );
  if (answer?.status === 201) store.set({ ...store.get(), imported: answer.body as ImportReport });
  tell(tools, "desks", answer, t`It is in use now.`);
}

/** A link would go out without asking anybody to sign in first. */
async function fetchFile(tools: Tools, path: string, name: string): Promise<void> {
  const answer = await tools.connection.download(path);
  if (answer?.status === 200 && answer.body instanceof Blob) {
    tools.saveFile(answer.body, name);
    return;
  }
  tell(tools, "export", answer, "");
}
