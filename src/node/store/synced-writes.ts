/** y-leveldb never syncs: a Level that does, whatever kind it is, so that a simulated disk is held to the same rule. */

/** The three ways in which y-leveldb writes. */
interface Writing {
  // biome-ignore-start lint/suspicious/noExplicitAny: abstract-level's overloads; the options are all that matters here
  batch(...args: any[]): any;
  put(key: unknown, value: unknown, options?: any): any;
  del(key: unknown, options?: any): any;
  // biome-ignore-end lint/suspicious/noExplicitAny: abstract-level's overloads
}

/** The same Level, of which every write is on the disk before it resolves. */
// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks for it of a class that extends a parameter
export function syncWrites<Base extends new (...args: any[]) => Writing>(Level: Base) {
  return class extends Level {
    override batch(...args: unknown[]) {
      if (args.length === 0) throw new Error("a chained batch would not be synced");
      return super.batch(args[0], synced(args[1] as object | undefined));
    }
    override put(key: unknown, value: unknown, options?: object) {
      return super.put(key, value, synced(options));
    }
    override del(key: unknown, options?: object) {
      return super.del(key, synced(options));
    }
  };
}

function synced(options: object | undefined): object {
  return options === undefined ? onlySynced : { ...options, sync: true };
}

const onlySynced = { sync: true };
