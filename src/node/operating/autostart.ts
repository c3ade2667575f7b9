/**
 * The system's own words for "start this node with the PC, and again whenever it ends": a unit of systemd, a task of
 * Windows' Task Scheduler. Pure; `cli/autostart.ts` puts them in place.
 */

export interface ServicePlan {
  /** Absolute, as are all paths here. */
  readonly node: string;
  readonly script: string;
  readonly dataDir: string;
  /** `null`: inside the data folder. */
  readonly identityDir: string | null;
  /** Who runs it (Linux). */
  readonly user: string;
}

export const unitName = "deskmesh.service";
export const taskName = "Deskmesh";
/** NT AUTHORITY\LOCAL SERVICE: no password, no desktop, no rights but those to its own folder. */
const localService = "S-1-5-19";

/** Never waits for a network: a desk alone is a desk. Memory must stay executable for V8, so that one wall is left out. */
export function systemdUnit({ node, script, dataDir, identityDir, user }: ServicePlan): string {
  const folders = identityDir === null ? [dataDir] : [dataDir, identityDir];
  const argv = [node, script, "start", "--data-dir", dataDir];
  if (identityDir !== null) argv.push("--identity-dir", identityDir);
  // Where folders for import, backup and carrying usually lie; what isn't there is passed over.
  const writable = [...folders, "-/media", "-/mnt", "-/run/media", "-/srv"];
  return `[Unit]
Description=Deskmesh: lending while the line to the library system is down
Documentation=man:deskmesh(1)
After=network.target
StartLimitIntervalSec=0

[Service]
Type=exec
User=${user}
Group=${user}
Environment=DESKMESH_SERVICE=1
ExecStart=${argv.map(quoteForUnit).join(" ")}
Restart=always
RestartSec=2
TimeoutStopSec=10
UMask=0077
ReadWritePaths=${writable.map(quoteForUnit).join(" ")}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
}

/** Systemd reads `%` and `$` as its own, and splits at blanks. */
function quoteForUnit(text: string): string {
  const plain = text.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /[\s"'\\]/.test(plain) ? `"${plain.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : plain;
}

/** For `schtasks /Create /XML`: at the start of the PC, without anybody signed in, again a minute after it ended. */
export function windowsTask({ node, script, dataDir, identityDir }: ServicePlan): string {
  const identity = identityDir === null ? "" : ` --identity-dir "${identityDir}"`;
  const line = `set "DESKMESH_SERVICE=1" && "${node}" "${script}" start --data-dir "${dataDir}"${identity}`;
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Deskmesh: lending while the line to the library system is down</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger><Enabled>true</Enabled></BootTrigger>
    <TimeTrigger>
      <Repetition><Interval>PT1M</Interval><StopAtDurationEnd>false</StopAtDurationEnd></Repetition>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
      <Enabled>true</Enabled>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Desk"><UserId>${localService}</UserId><RunLevel>LeastPrivilege</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
    <Priority>4</Priority>
  </Settings>
  <Actions Context="Desk">
    <Exec>
      <Command>cmd.exe</Command>
      <Arguments>${escapeXml(`/d /s /c "${line}"`)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
