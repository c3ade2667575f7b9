/** A new identity takes the old one's place whole, wherever the power goes. */
import { expect, it } from "vitest";
import { loadLinkIdentity } from "../../src/node/certificate.ts";
import { loadMembership, loadSigner, storeMembership } from "../../src/node/identity.ts";
import type { Vault } from "../../src/node/ports.ts";
import { createMemoryVault } from "../../src/node/ports-memory.ts";
import { realRandom } from "../../src/node/real-ports.ts";
import { draftIdentity, putInPlace, stageIdentity } from "../../src/node/renewal.ts";

const branch = "b".repeat(32);

/** A disk whose power goes after so many changes. */
function failAfter(vault: Vault, changes: number): Vault {
  let left = changes;
  const spend = (): void => {
    if (left-- <= 0) throw new Error("the power is gone");
  };
  return {
    ...vault,
    async write(name, text) {
      spend();
      await vault.write(name, text);
    },
    async destroy(name) {
      spend();
      await vault.destroy(name);
    },
  };
}

it("is the old one or the new one at the next start, never something in between", async () => {
  let ended = false;
  for (let changes = 0; !ended; changes++) {
    const vault = createMemoryVault();
    const old = { signer: await loadSigner(vault, realRandom), link: await loadLinkIdentity(vault) };
    await storeMembership(vault, { branch, desk: "Desk 2" });
    await vault.write("invites.json", "[]\n");
    const draft = await draftIdentity(realRandom);
    const failing = failAfter(vault, changes);
    const renewed = (async () => {
      await stageIdentity(failing, draft, { branch, desk: "Desk 3", admittedAt: { ms: 5, n: 0 } });
      await putInPlace(failing);
    })();
    ended = await renewed.then(
      () => true,
      () => false,
    );
    await putInPlace(vault);
    const now = [(await loadSigner(vault, realRandom)).desk, (await loadLinkIdentity(vault)).fingerprint];
    const membership = await loadMembership(vault);
    if (changes === 0) {
      expect(now).toEqual([old.signer.desk, old.link.fingerprint]);
      expect(membership?.desk).toBe("Desk 2");
    } else {
      expect(now).toEqual([draft.signer.desk, draft.link.fingerprint]);
      expect(membership).toEqual({ branch, desk: "Desk 3", admittedAt: { ms: 5, n: 0 } });
      expect((await vault.names()).filter((name) => /renewal|invites/.test(name))).toEqual([]);
    }
  }
});
