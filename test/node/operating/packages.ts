/** Packages that tests make up: the form of true ones, with anything inside. */
import { createHash, randomBytes } from "node:crypto";
import { crc32, gzipSync } from "node:zlib";

export type Files = ReadonlyMap<string, Buffer>;

/** What a package for that system has, at the least; `bytes` of noise, so that it is as long packed as it is unpacked. */
export function filesOf(version: string, platform: string, bytes = 300_000): Map<string, Buffer> {
  const isWindows = platform === "win-x64";
  const scripts = isWindows
    ? ["deskmesh.cmd", "install.cmd", "uninstall.cmd"]
    : ["deskmesh", "install.sh", "uninstall.sh"];
  return new Map([
    ["LICENSE", Buffer.from("licence\n")],
    ["app/noise", randomBytes(bytes)],
    ["app/package.json", Buffer.from(JSON.stringify({ name: "deskmesh", version }))],
    ...["app/bin/deskmesh.mjs", "app/dist/program/main.js", ...scripts].map(
      (name) => [name, Buffer.from(`${name}\n`)] as const,
    ),
    // Longer than the field that a tar has for a name.
    [`app/${"deep/".repeat(25)}file`, Buffer.from("deep\n")],
    isWindows ? ["runtime/node.exe", portable(0x8664)] : ["runtime/node", elf(62)],
  ]);
}

/** The head of a program for Linux on such a machine. */
export function elf(machine: number): Buffer {
  const head = Buffer.alloc(700);
  head.write("\x7fELF\x02\x01\x01", "latin1");
  head.writeUInt16LE(machine, 18);
  return head;
}

/** The same for Windows. */
export function portable(machine: number): Buffer {
  const head = Buffer.alloc(700);
  head.write("MZ", "latin1");
  head.writeUInt32LE(0x80, 0x3c);
  head.write("PE\0\0", 0x80, "latin1");
  head.writeUInt16LE(machine, 0x84);
  return head;
}

export function withSums(files: Files): Map<string, Buffer> {
  const line = ([path, bytes]: readonly [string, Buffer]): string =>
    `${createHash("sha256").update(bytes).digest("hex")}  ${path}\n`;
  return new Map([...files, ["SHA256SUMS", Buffer.from([...files].map(line).join(""))]]);
}

export function makeTar(version = "0.2.0", platform = "linux-x64", bytes = 300_000): Buffer {
  return packTar(`deskmesh-${version}-${platform}`, withSums(filesOf(version, platform, bytes)));
}

export function makeZip(version = "0.2.0", platform = "win-x64", bytes = 300_000): Buffer {
  return packZip(`deskmesh-${version}-${platform}`, withSums(filesOf(version, platform, bytes)));
}

/** As GNU's tar does it, with the folder itself and long names. */
export function packTar(top: string, files: Files): Buffer {
  const parts = [tarEntry(`${top}/`, Buffer.alloc(0), "5")];
  for (const [path, bytes] of files) {
    const name = `${top}/${path}`;
    if (name.length > 100) parts.push(tarEntry("././@LongLink", Buffer.from(`${name}\0`), "L"));
    parts.push(tarEntry(name.slice(0, 100), bytes));
  }
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1_024)]));
}

export function tarEntry(name: string, bytes: Buffer, type = "0"): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, "latin1");
  header.write("0000644\0", 100, "latin1");
  header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  header.write(" ".repeat(8), 148, "latin1");
  header.write(type, 156, "latin1");
  header.write("ustar  \0", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** Stored, not deflated. */
export function packZip(top: string, files: Files): Buffer {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const [path, bytes] of files) {
    const name = Buffer.from(`${top}/${path}`);
    // Version, flags, method, time, date, sum, both sizes, length of the name: the same in both places.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), shared, name, bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    list.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), shared, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(Buffer.concat(list).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...list, end]);
}
