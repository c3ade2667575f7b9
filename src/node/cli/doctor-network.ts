/** Doctor's checks of the network: firewall, multicast, route. Each gives one finding, with the very lines to type. */
import { privateAddresses } from "../mesh/interfaces.ts";
import type { FirewallText, Pc } from "../operating/pc.ts";
import type { Finding } from "./doctor-checks.ts";

const multicastPort = 5353;

/** The rules of Windows' firewall, as netsh takes them. */
export function firewallRules(
  meshPort: number,
): readonly { readonly name: string; readonly terms: readonly string[] }[] {
  const rule = (name: string, protocol: string, port: number) => ({
    name: `Deskmesh ${name}`,
    terms: ["dir=in", "action=allow", `protocol=${protocol}`, `localport=${port}`, "profile=any"],
  });
  return [rule("mesh", "TCP", meshPort), rule("mDNS", "UDP", multicastPort)];
}

/** What opens the firewall for Deskmesh, a line each, for every network profile. */
export function firewallLines(program: FirewallText["program"], meshPort: number): readonly string[] {
  switch (program) {
    case "netsh":
      return firewallRules(meshPort).map(
        ({ name, terms }) => `netsh advfirewall firewall add rule name="${name}" ${terms.join(" ")}`,
      );
    case "ufw":
      return [`sudo ufw allow ${meshPort}/tcp`, `sudo ufw allow ${multicastPort}/udp`];
    case "firewalld":
      return [
        `sudo firewall-cmd --permanent --add-port=${meshPort}/tcp --add-port=${multicastPort}/udp`,
        "sudo firewall-cmd --reload",
      ];
  }
}

/**
 * `said`: by the firewall's own command; `null` where there is none, or this user may not ask it. `meshPort`: of the node
 * that runs, else as set; 0, which takes any free one, can stand in no rule.
 */
export function checkFirewall(said: FirewallText | null, platform: string, meshPort: number): Finding {
  const check = "firewall";
  const closed = said === null ? [] : closedPorts(said, meshPort);
  if (said !== null && closed === null) return { check, level: "ok", text: `${said.program} is off` };
  if (meshPort === 0) {
    const text = "the mesh port is any free one (--mesh-port 0), so no rule can let other desks in";
    if (said === null) return { check, level: "ok", text: `none that this user may ask; ${text}` };
    const remedy = "set one, and open it: deskmesh config set meshPort 8471";
    return { check, level: "look", text: `${said.program} is on, and ${text}`, remedy };
  }
  if (said === null) {
    const program = platform === "win32" ? "netsh" : "ufw";
    const lines = firewallLines(program, meshPort).join(" ; ");
    return {
      check,
      level: "ok",
      text: `none that this user may ask; where one is on, these open it: ${lines}`,
    };
  }
  if (!closed?.length)
    return { check, level: "ok", text: `${said.program} lets ${meshPort}/tcp and ${multicastPort}/udp in` };
  return {
    check,
    level: "bad",
    text: `${said.program} keeps other desks out: ${closed.join(" and ")} not open`,
    remedy: firewallLines(said.program, meshPort).join(" ; "),
  };
}

/** `null`: the firewall is off. */
function closedPorts({ program, text }: FirewallText, meshPort: number): readonly string[] | null {
  const wanted = [`${meshPort}/tcp`, `${multicastPort}/udp`];
  if (program === "ufw") {
    if (!/^Status: active/m.test(text)) return null;
    return wanted.filter((port) => !new RegExp(`^(${port}|${port.split("/")[0]})\\s+ALLOW`, "m").test(text));
  }
  if (program === "firewalld")
    return wanted.filter((port) => !new RegExp(`^\\s*ports:.*\\b${port}`, "m").test(text));
  // The words of netsh are in the language of the PC; the names of our rules are ours.
  return /Deskmesh mesh/.test(text) ? [] : wanted;
}

export interface LinkedDesk {
  readonly name: string;
  /** IP address that it is linked from. */
  readonly host: string;
}

/**
 * Own packet heard back, others heard: of each private IPv4 address. Not hearing others is a trouble only where some
 * are linked from other PCs: then what lies between keeps multicasts back.
 */
export async function checkMulticast(pc: Pc, linked: readonly LinkedDesk[]): Promise<Finding> {
  const check = "multicast";
  const remedy = "name the other desks instead: deskmesh config set peers 192.168.1.20:8471";
  const addresses = privateAddresses(pc.interfaces()).filter(({ family }) => family === 4);
  if (addresses.length === 0) return { check, level: "ok", text: "no address to try it on" };
  const heard = await Promise.all(
    addresses.map(async ({ name, address }) => ({ name, address, ...(await pc.multicast(address)) })),
  );
  const deaf = heard.filter(({ self }) => !self);
  const others = new Set(heard.flatMap((one) => one.others));
  const own = Object.values(pc.interfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const elsewhere = linked.filter(({ host }) => !own.includes(host.replace(/%.*$/, "")));
  if (deaf.length === 0 && others.size === 0 && elsewhere.length > 0)
    return {
      check,
      level: "look",
      text: `${elsewhere.map(({ name }) => name).join(", ")} ${elsewhere.length === 1 ? "is" : "are"} linked and not heard: switch or Wi-Fi keep multicasts back, and desks that change their address may not be found`,
      remedy: `let the switch pass multicasts (IGMP snooping off), or ${remedy}`,
    };
  if (deaf.length === 0)
    return {
      check,
      level: "ok",
      text: `works on ${heard.map(({ name }) => name).join(", ")}; ${others.size === 0 ? "nobody else was heard" : `${others.size} others heard`}`,
    };
  return {
    check,
    level: "look",
    text: `nothing comes back on ${deaf.map(({ name, address, trouble }) => `${name} (${address}${trouble === undefined ? "" : `, ${trouble}`})`).join(", ")}: desks may not find each other by themselves`,
    remedy,
  };
}

/** A missing default route is what Deskmesh is for: told, and never a trouble. */
export async function checkRoute(pc: Pc): Promise<Finding> {
  const has = await pc.hasDefaultRoute();
  const text =
    has === null
      ? "not looked at on this system"
      : has
        ? "there is a default route"
        : "no default route: fine, the desks need none";
  return { check: "route", level: "ok", text };
}
