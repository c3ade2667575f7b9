/** `service`: has the system start this desk's node with the PC, and again whenever it ends. */
import { join, resolve } from "node:path";
import { type ServicePlan, systemdUnit, taskName, unitName, windowsTask } from "../operating/autostart.ts";
import type { System } from "../operating/system.ts";
import type { CommandContext, CommandInput, CommandSpec } from "./command.ts";
import { firewallRules } from "./doctor-network.ts";
import { CommandFailure, type ExitCode, exitCode } from "./exit-code.ts";

const unitPath = `/etc/systemd/system/${unitName}`;
const defaultUser = "deskmesh";

export const serviceCommands: readonly CommandSpec[] = [
  {
    usage: "service install",
    summary:
      "start this desk's node with the PC, under systemd or the Task Scheduler; as root or administrator",
    options: [{ flags: "--user <name>", text: "who runs it, on Linux; made if need be (default: deskmesh)" }],
    examples: [
      "sudo deskmesh service install",
      "sudo deskmesh service install --data-dir /srv/deskmesh --identity-dir /srv/deskmesh-keys",
    ],
    run: install,
  },
  {
    usage: "service uninstall",
    summary: "no longer start it; what this desk has recorded stays",
    examples: ["sudo deskmesh service uninstall"],
    run: uninstall,
  },
  {
    usage: "service status",
    summary: "is it installed, and does it run? (exit 3: not installed; 7: installed and not running)",
    examples: ["deskmesh service status", "deskmesh service status --json"],
    run: tellStatus,
  },
];

export async function systemOf({ effects }: CommandContext): Promise<System> {
  const system = effects.system ?? (await import("../operating/system.ts")).realSystem;
  if (system.platform === "linux" || system.platform === "win32") return system;
  const text = `There is no service for ${system.platform} here: let its own means run deskmesh start.`;
  throw new CommandFailure(exitCode.refused, text);
}

async function install(context: CommandContext, input: CommandInput): Promise<ExitCode> {
  const system = await systemOf(context);
  await askForRights(system, "service install");
  const user = typeof input.options.user === "string" ? input.options.user : defaultUser;
  if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(user))
    throw new CommandFailure(exitCode.usage, "--user: expected a user's name: a-z, 0-9, - and _");
  const plan = planService(context, system, user);
  if (system.platform === "win32") await installTask(context, system, plan);
  else await installUnit(context, system, plan);
  context.out(
    context.config.json
      ? JSON.stringify({ installed: true, data: plan.dataDir })
      : `installed; data folder ${plan.dataDir}`,
  );
  return exitCode.ok;
}

/** A service has no home: its data folder is the system's, unless one was named. */
function planService({ config, sources, env }: CommandContext, system: System, user: string): ServicePlan {
  const own =
    system.platform === "win32"
      ? join(env.ProgramData ?? "C:\\ProgramData", "Deskmesh")
      : join("/var/lib", "deskmesh");
  const dataDir = sources.dataDir === undefined ? own : config.dataDir;
  return {
    node: system.node,
    script: resolve(system.script),
    dataDir,
    identityDir: sources.identityDir === undefined ? null : config.identityDir,
    user,
  };
}

async function installUnit(context: CommandContext, system: System, plan: ServicePlan): Promise<void> {
  const { user, dataDir, identityDir } = plan;
  if ((await system.run("id", ["-u", user])).code !== 0) {
    const home = ["--home-dir", dataDir, "--no-create-home", "--shell", "/usr/sbin/nologin"];
    await must(system, "useradd", ["--system", "--user-group", ...home, user]);
  }
  for (const folder of identityDir === null ? [dataDir] : [dataDir, identityDir]) {
    await system.makeFolder(folder);
    await must(system, "chown", ["-R", `${user}:`, folder]);
  }
  await system.write(unitPath, systemdUnit(plan));
  if (!system.exists("/run/systemd/system")) {
    context.warn(
      `systemd does not run here: ${unitPath} is in place and counts from the next start of this PC.`,
    );
    return;
  }
  await must(system, "systemctl", ["daemon-reload"]);
  await must(system, "systemctl", ["enable", unitName]);
  await must(system, "systemctl", ["restart", unitName]);
}

async function installTask(context: CommandContext, system: System, plan: ServicePlan): Promise<void> {
  const { dataDir, identityDir } = plan;
  if (context.config.meshPort === 0) {
    const text =
      "The mesh port is any free one (0), which no firewall rule can name: expected --mesh-port NUMBER.";
    throw new CommandFailure(exitCode.usage, `${text} Nothing was changed.`);
  }
  for (const folder of identityDir === null ? [dataDir] : [dataDir, identityDir]) {
    await system.makeFolder(folder);
    // Local Service, administrators and the system; nobody else of this PC.
    const grants = ["*S-1-5-19", "*S-1-5-32-544", "*S-1-5-18"].flatMap((who) => [
      "/grant",
      `${who}:(OI)(CI)F`,
    ]);
    await must(system, "icacls", [folder, "/inheritance:r", ...grants]);
  }
  const path = join(dataDir, "service.xml");
  // schtasks reads what its first line says: UTF-16, with its mark.
  await system.write(path, Buffer.from(`\ufeff${windowsTask(plan)}`, "utf16le"));
  await must(system, "schtasks", ["/Create", "/TN", taskName, "/XML", path, "/F"]);
  for (const rule of firewallRules(context.config.meshPort)) {
    await system.run("netsh", ["advfirewall", "firewall", "delete", "rule", `name=${rule.name}`]);
    await must(system, "netsh", [
      "advfirewall",
      "firewall",
      "add",
      "rule",
      `name=${rule.name}`,
      ...rule.terms,
    ]);
  }
  await must(system, "schtasks", ["/Run", "/TN", taskName]);
}

async function uninstall(context: CommandContext): Promise<ExitCode> {
  const system = await systemOf(context);
  await askForRights(system, "service uninstall");
  if (!(await isInstalled(system))) {
    context.note("No service is installed here.");
    return exitCode.ok;
  }
  if (system.platform === "win32") {
    // Ends with an error where it doesn't run: removing it is what counts.
    await system.run("schtasks", ["/End", "/TN", taskName]);
    await must(system, "schtasks", ["/Delete", "/TN", taskName, "/F"]);
    for (const { name } of firewallRules(context.config.meshPort))
      await system.run("netsh", ["advfirewall", "firewall", "delete", "rule", `name=${name}`]);
  } else {
    const isRunning = system.exists("/run/systemd/system");
    if (isRunning) await must(system, "systemctl", ["disable", "--now", unitName]);
    await system.remove(unitPath);
    if (isRunning) await must(system, "systemctl", ["daemon-reload"]);
  }
  context.out(context.config.json ? JSON.stringify({ installed: false }) : "uninstalled");
  context.note("What this desk has recorded stays where it is.");
  return exitCode.ok;
}

async function tellStatus(context: CommandContext): Promise<ExitCode> {
  const system = await systemOf(context);
  const installed = await isInstalled(system);
  const running = installed && (await isActive(system));
  const words = !installed ? "not installed" : running ? "installed and running" : "installed, not running";
  context.out(context.config.json ? JSON.stringify({ installed, running }) : words);
  if (!installed) return exitCode.notReady;
  return running ? exitCode.ok : exitCode.nodeNotRunning;
}

async function isInstalled(system: System): Promise<boolean> {
  if (system.platform !== "win32") return system.exists(unitPath);
  return (await system.run("schtasks", ["/Query", "/TN", taskName])).code === 0;
}

async function isActive(system: System): Promise<boolean> {
  if (system.platform !== "win32") return (await system.run("systemctl", ["is-active", unitName])).code === 0;
  // The state's own number: its word is in the language of the PC. 4 is running.
  const ask = `exit [int]((Get-ScheduledTask -TaskName ${taskName}).State -ne 4)`;
  return (await system.run("powershell", ["-NoProfile", "-Command", ask])).code === 0;
}

/** `act`: the words after the command's own name. */
export async function askForRights(system: System, act: string): Promise<void> {
  if (await system.isAdministrator()) return;
  const how =
    system.platform === "win32"
      ? `in a terminal that was started "as administrator"`
      : `as root: sudo deskmesh ${act}`;
  throw new CommandFailure(exitCode.notPermitted, `This changes the system. Run it ${how}.`);
}

/** Rejects with its words where the program ends otherwise than well. */
export async function must(
  system: System,
  program: string,
  args: readonly string[],
  withinMs?: number,
): Promise<void> {
  const { code, text } = await system.run(program, args, withinMs);
  if (code === 0) return;
  const ended = code === null ? "could not be run" : `ended with ${code}`;
  throw new CommandFailure(exitCode.fault, `${program} ${args.join(" ")} ${ended}. ${text}`.trim());
}
