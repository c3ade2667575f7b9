/** Who does what a readiness check asks for: commands are for whoever looks after the PCs, not for the desk. Pure. */

export type Doer = "staff" | "command" | "with-it";

/** `command`: it is nothing but one to run; `with-it`: there is one in it, or it is about how the program is started. */
export function remedyToDoer(remedy: string): Doer {
  if (/^deskmesh [a-z]/.test(remedy)) return "command";
  return /\bdeskmesh [a-z]|--[a-z]/.test(remedy) ? "with-it" : "staff";
}
