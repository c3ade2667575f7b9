// Makes a fresh clone ready to run: checks the Node version, installs the locked packages where they are missing
// or another lock file's, and sees that the database loads. Needs no package itself.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const oldestNode = [20, 19];
const stampPath = join(root, "node_modules", ".deskmesh-lock");

/** Throws `SetupError` with what to do about it. `say` gets progress, a line each. */
export function setUp(say) {
  checkNode(process.versions.node);
  const wanted = lockStamp();
  if (existsSync(stampPath) && readFileSync(stampPath, "utf8") === wanted) return;
  if (!holdsLockedPackages()) {
    say("Installing the locked packages (once; needs the package registry) …");
    installPackages();
  }
  checkDatabase();
  writeFileSync(stampPath, wanted);
}

/** Something that the reader can mend: shown without a stack. */
export class SetupError extends Error {}

export function checkNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(
    `Deskmesh needs Node ${oldestNode.join(".")} or newer; this is Node ${version}. Get one from https://nodejs.org/.`,
  );
}

/** Runs `main`, shows what went wrong in one line, and sets the exit code. */
export function runScript(main) {
  main().catch((error) => {
    process.stderr.write(`deskmesh: ${error instanceof SetupError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  });
}

/** Is `meta` the script that was started, and not just imported? */
export function isMain(meta) {
  return process.argv[1] !== undefined && meta.url === pathToFileURL(process.argv[1]).href;
}

function lockStamp() {
  const lock = readFileSync(join(root, "package-lock.json"));
  const { platform, arch, versions } = process;
  return `${createHash("sha256").update(lock).digest("hex")} ${platform} ${arch} modules ${versions.modules}\n`;
}

/** True when npm itself put just these versions there: whoever ran npm by hand does not wait twice. */
function holdsLockedPackages() {
  const installedPath = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedPath)) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedPath, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.link || entry.extraneous) return true;
    // Builds for other systems are locked too, and rightly absent.
    if (installed[path] === undefined) return entry.optional === true || entry.devOptional === true;
    return installed[path].version === entry.version;
  });
}

/** The npm that runs us, else the one on the path; all it says goes to standard error. */
export function runNpm(args) {
  const npm = process.env.npm_execpath;
  const options = { cwd: root, stdio: ["ignore", 2, 2] };
  return npm?.endsWith(".js")
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
}

function installPackages() {
  const result = runNpm(["ci", "--ignore-scripts", "--include=dev", "--include=optional"]);
  if (result.error) throw new SetupError(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0)
    throw new SetupError(
      "npm ci failed (see above). It needs the package registry once; without a line, copy node_modules from another PC of the same kind.",
    );
  if (!holdsLockedPackages())
    throw new SetupError("npm installed other versions than package-lock.json names; nothing was started.");
}

/** The database is the one package with native code; it ships ready-made for each usual system. */
function checkDatabase() {
  const result = spawnSync(process.execPath, ["-e", "require('classic-level')"], {
    cwd: root,
    encoding: "utf8",
  });
  if (result.status === 0) return;
  throw new SetupError(
    `The database (classic-level) does not load on ${process.platform} ${process.arch}. With a C++ compiler at hand, try: npm rebuild classic-level\n${result.stderr}`,
  );
}

if (isMain(import.meta)) runScript(async () => setUp((line) => process.stderr.write(`${line}\n`)));
