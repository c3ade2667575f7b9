/** The man page, made of the same values as the help. Plain roff of the `man` macros: nothing else is needed to read it. */
import { commands, commonOptions } from "./command-line.ts";
import { exitCode } from "./exit-code.ts";

const meanings: Readonly<Record<keyof typeof exitCode, string>> = {
  ok: "done",
  fault: "a fault of the program or the PC",
  usage: "the command was not understood, or a setting is wrong",
  notReady: "this desk is not ready",
  refused: "incomplete, or refused for a reason that stands in the text",
  nothingToExport: "nothing to export",
  decisionsOpen: "decisions are open",
  nodeNotRunning: "this desk's node is not running",
  inUse: "port or data folder in use",
  notPermitted: "not permitted",
};

/** Text of `deskmesh.1`. */
export function manPage(version: string): string {
  const lines = [
    `.TH DESKMESH 1 "" "deskmesh ${version}" "Deskmesh"`,
    ".SH NAME",
    "deskmesh \\- keeps a library branch lending when its line to the library system is down",
    ".SH SYNOPSIS",
    ".B deskmesh",
    "[\\fIoptions\\fR] [\\fIcommand\\fR]",
    ".SH DESCRIPTION",
    "Every desk of a branch runs one node. The nodes keep one log of what is lent and returned, and make one file of it",
    "for the library system. Without a command the node is started.",
    ".SH COMMANDS",
    ...commands.flatMap((spec) => [
      ".TP",
      `.B ${roff(spec.usage)}`,
      roff(`${capital(spec.summary)}.`),
      ...(spec.options ?? []).flatMap(({ flags, text, choices }) => [
        ".RS",
        ".TP",
        `.B ${roff(flags)}`,
        roff(`${capital(text)}${choices === undefined ? "" : `: ${choices.join(", ")}`}.`),
        ".RE",
      ]),
      ".RS",
      ".PP",
      ".nf",
      ...spec.examples.map(roff),
      ".fi",
      ".RE",
    ]),
    ".SH OPTIONS",
    ...commonOptions.flatMap(({ flags, text }) => [".TP", `.B ${roff(flags)}`, roff(`${capital(text)}.`)]),
    ".SH ENVIRONMENT",
    "Each option may come as a variable, \\fBDESKMESH_PORT\\fR for \\fB\\-\\-port\\fR, or from \\fIconfig.json\\fR in the data folder.",
    "Options come before variables, variables before the file, the file before defaults. Secrets come from files or",
    "standard input, never from options or variables. No output has colours.",
    ".SH EXIT STATUS",
    ...Object.entries(meanings).flatMap(([name, text]) => [
      ".TP",
      `.B ${exitCode[name as keyof typeof exitCode]}`,
      roff(`${capital(text)}.`),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Roff reads backslashes anywhere, and dots and quotes at the start of a line. */
function roff(text: string): string {
  const plain = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("…", "\\[u2026]");
  return /^[.']/.test(plain) ? `\\&${plain}` : plain;
}
