// Makes the golden store of this release: `node test/node/store/golden/make.mjs`, once, when a version is released, after
// `npm run build`. A desk with an outage under way, a batch, a voided loan and patron data, ended in order; its folder goes
// into <version>.tgz, and what any later program must find in it into <version>.json.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "deskmesh-golden-"));
const flags = ["--port", "0", "--mesh-port", "0", "--no-mdns", "--data-dir", folder];
const child = spawn(process.execPath, [join(root, "bin/deskmesh.mjs"), "start", ...flags], {
  stdio: ["ignore", "pipe", "inherit"],
});
const ended = new Promise((resolve) => child.once("exit", resolve));
try {
  const url = await new Promise((resolve) =>
    child.stdout.on("data", (text) => resolve(String(text).split(" ")[1])),
  );
  const { token } = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  const ask = async (method, path, body, bearer = token) => {
    const reply = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        "content-type": "application/json",
        "deskmesh-staff": "ab",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = await reply.text();
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${said}`);
    return said === "" ? null : JSON.parse(said);
  };
  const place = { name: "Riverside Library", code: "RIV", timezone: "Europe/Berlin", desk: "Desk 1" };
  await ask("POST", "/api/branch", { ...place, supervisor: "mk", pin: "4711" });
  await ask("POST", "/api/snapshots", { path: join(root, "sample") });
  await ask("POST", "/api/outage/open", {});
  const id = (n) => `0190b0a0-0000-7000-8000-${String(n).padStart(12, "0")}`;
  const patron = "21998020000006";
  const scans = [
    { kind: "checkout", patron, item: "33191010000006" },
    { kind: "checkout", patron, item: "33191010000378" },
    { kind: "voiding", voids: id(2), reason: "wrong book" },
    { kind: "checkin", item: "33191010000006" },
    { kind: "registration", patron: "21998029999999", fields: { surname: "Newcomer", given_names: "Nora" } },
  ];
  for (const [n, scan] of scans.entries()) await ask("POST", "/api/transactions", { id: id(n + 1), ...scan });
  const { token: supervisor } = await ask("POST", "/api/session", { user: "mk", pin: "4711" });
  const batch = await ask("POST", "/api/batches", { format: "koha" }, supervisor);
  await ask("POST", "/api/transactions", { id: id(6), kind: "checkout", patron, item: "33191010000378" });
  const { rows } = await ask("GET", "/api/transactions");
  const state = await ask("GET", "/api/state");
  const expected = {
    transactions: rows.map((row) => row.id).sort(),
    batch: { id: batch.id, sha256: batch.sha256, lines: batch.lines },
    waiting: state.waiting,
    patrons: state.snapshot.patrons,
  };
  child.kill("SIGTERM");
  await ended;
  execFileSync("tar", [
    ...["--owner=0", "--group=0", "--exclude=./messages", "--exclude=./config.json"],
    ...["-czf", join(here, `${version}.tgz`), "-C", folder, "."],
  ]);
  writeFileSync(join(here, `${version}.json`), `${JSON.stringify(expected, null, 2)}\n`);
} finally {
  child.kill("SIGKILL");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
