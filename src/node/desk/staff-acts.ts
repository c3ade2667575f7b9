/** Staff as the desk offers them: also before there is a branch, and one act after the other. */

import type { Answer, Staff } from "./desk.ts";
import { noBranch } from "./first-run.ts";
import type { DeskParts } from "./parts.ts";
import { standardSettings } from "./settings.ts";
import type { Turnstile } from "./turnstile.ts";

export function createStaffActs(options: {
  /** `null`: this PC belongs to no branch yet. */
  readonly staff: () => Staff | null;
  readonly pass: Turnstile["pass"];
  readonly inBranch: <T>(act: (parts: DeskParts) => Promise<Answer<T>>) => Promise<Answer<T>>;
}): Staff {
  const { staff, pass, inBranch } = options;

  function inStaff<T>(act: (one: Staff) => Promise<Answer<T>>): Promise<Answer<T>> {
    return inBranch(async () => {
      const one = staff();
      return one ? act(one) : noBranch;
    });
  }

  return {
    signIn: (user, pin) => pass(async () => (await staff()?.signIn(user, pin)) ?? { kind: "wrong" }),
    find: (user) => staff()?.find(user) ?? null,
    openDesks: () => staff()?.openDesks() ?? true,
    settings: () => staff()?.settings() ?? standardSettings,
    list: () => staff()?.list() ?? [],
    change: (change, by) => inStaff((one) => one.change(change, by)),
    recover: (form) => inStaff((one) => one.recover(form)),
    renewRecoveryCode: (by) => inStaff((one) => one.renewRecoveryCode(by)),
    changeSettings: (settings, by) => inStaff((one) => one.changeSettings(settings, by)),
  };
}
