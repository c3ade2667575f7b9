/**
 * SIP2 as bytes (3M Standard Interchange Protocol, version 2.00): messages sealed with a sequence digit and a checksum,
 * and whatever comes back taken apart. Pure; the socket is somebody else's. A message ends with CR; many servers add LF.
 */

/** What a server may say at most in one message; none of ours asks for more than a few hundred bytes. */
export const longestMessage = 16_384;

const CR = 13;
const encoder = new TextEncoder();

/** `body` up to its last field's end, to the bytes that go out. `seq`: 0–9. */
export function sealMessage(body: string, seq: number): Uint8Array {
  return sealBare(`${body}AY${seq}`);
}

/** Without a sequence digit, as the two messages that ask for a repetition (96, 97) are. */
export function sealBare(body: string): Uint8Array {
  const text = `${body}AZ`;
  return encoder.encode(`${text}${checksumOf(encoder.encode(text))}\r`);
}

/** Four upper-case hex digits of the negative sum of all bytes up to and with `AZ`. */
export function checksumOf(bytes: Uint8Array): string {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return (-sum & 0xffff).toString(16).toUpperCase().padStart(4, "0");
}

export interface Sip2Message {
  /** Two digits that say what it is. */
  readonly code: string;
  /** All after the code, without `AY…AZ…`. */
  readonly body: string;
  /** Of the message that it answers; a server without error detection sends none. */
  readonly seq?: number;
  readonly checksum: "right" | "none";
}

/** `wrong-checksum`: may be asked for again (97). `no-message`: not SIP2 at all. */
export type Sip2Parsed = Sip2Message | { readonly code: "wrong-checksum" | "no-message" };

/** One message without its CR. */
export function parseMessage(bytes: Uint8Array): Sip2Parsed {
  const text = decode(bytes);
  if (text === null) return { code: "no-message" };
  const sealed = /^(\d\d)(.*?)\|?(?:AY(\d))?AZ([0-9A-Fa-f]{4})$/s.exec(text);
  if (sealed) {
    const [, code = "", body = "", seq, said = ""] = sealed;
    const right = checksumOf(bytes.subarray(0, bytes.length - 4));
    if (right !== said.toUpperCase()) return { code: "wrong-checksum" };
    return { code, body, ...(seq === undefined ? {} : { seq: Number(seq) }), checksum: "right" };
  }
  const [, code, body] = /^(\d\d)([\x20-\x7e\u0080-\uffff]*)$/s.exec(text) ?? [];
  if (code === undefined || body === undefined) return { code: "no-message" };
  // It has begun to seal it: the rest was lost on the way.
  if (/AY\dAZ?[0-9A-Fa-f]{0,3}$/.test(body)) return { code: "wrong-checksum" };
  return { code, body, checksum: "none" };
}

/** UTF-8, and Latin-1 where it isn't; `null` for control characters, which no message has. */
function decode(bytes: Uint8Array): string | null {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    text = String.fromCharCode(...bytes);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for
  return /[\u0000-\u001f]/.test(text) ? null : text;
}

/** Field code → its first value, of all after the fixed part. */
export function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const field of text.split("|")) {
    const code = field.slice(0, 2);
    if (/^[A-Z]{2}$/.test(code) && !fields.has(code)) fields.set(code, field.slice(2).trim());
  }
  return fields;
}

export interface Framer {
  /** Whole messages that these bytes complete, without their ends; `null`: more than `longestMessage` without one. */
  take(bytes: Uint8Array): readonly Uint8Array[] | null;
}

/** Bytes as they come, in whatever pieces, to messages. LF and NUL around them are skipped, empty ones too. */
export function createFramer(): Framer {
  let held: number[] = [];
  return {
    take(bytes) {
      const whole: Uint8Array[] = [];
      for (const byte of bytes) {
        if (byte === CR) {
          if (held.length > 0) whole.push(Uint8Array.from(held));
          held = [];
        } else if (held.length > 0 || (byte !== 10 && byte !== 0)) held.push(byte);
        if (held.length > longestMessage) return null;
      }
      return whole;
    },
  };
}
