/** The part of pino-roll that is used; the package brings no types. */
declare module "pino-roll" {
  import type { EventEmitter } from "node:events";

  interface RollingFile extends EventEmitter {
    write(text: string): boolean;
    end(): void;
  }

  /** Rejects where the folder can't be made. What stands after `limit` goes to sonic-boom. */
  function roll(options: {
    /** Path without number and extension. */
    readonly file: string;
    readonly extension: string;
    /** `2m`: bytes after which the next file is begun. */
    readonly size: string;
    /** Files kept beside the present one, whichever run wrote them. */
    readonly limit: { readonly count: number; readonly removeOtherLogFiles: true };
    readonly mkdir: boolean;
    readonly mode: number;
    readonly sync: boolean;
    /** Bytes that may wait for the disk; what is beyond is dropped. */
    readonly maxLength: number;
  }): Promise<RollingFile>;

  export = roll;
}
