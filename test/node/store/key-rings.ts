/** Key rings for tests: as real ones, over vaults in memory. */
import { createMemoryVault } from "../../../src/node/ports-memory.ts";
import { realRandom } from "../../../src/node/real-ports.ts";
import { createKeyRing, type KeyRing } from "../../../src/node/store/key-ring.ts";

/** A desk's own, as it is anew at each start; what is in the vaults stays. */
export function memoryKeyRing(identity = createMemoryVault(), files = createMemoryVault()): KeyRing {
  return createKeyRing(identity, files, realRandom);
}
