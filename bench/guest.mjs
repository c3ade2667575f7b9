// An admitted desk reduced to its links: it dials, greets and syncs as a desk does, and stores nothing.
import { createLogDocument } from "../dist/crdt/log/document.js";
import { loadLinkIdentity } from "../dist/node/certificate.js";
import { loadSigner } from "../dist/node/identity.js";
import { dialDocument } from "../dist/node/mesh/dialled.js";
import { protocolVersion } from "../dist/node/mesh/hello.js";
import { createLink } from "../dist/node/mesh/link.js";
import { createWire } from "../dist/node/mesh/wire.js";
import { parseInvite } from "../dist/node/pairing/invite.js";
import { joinByInvite } from "../dist/node/pairing/joiner.js";
import { createMemoryVault } from "../dist/node/ports-memory.js";
import { realClock, realRandom } from "../dist/node/real-ports.js";

const host = "127.0.0.1";
const quiet = () => undefined;
const handlers = ["onAdvanced", "onForked", "onFrontier", "onPeers", "onFault", "onCaughtUp"];
const deaf = Object.fromEntries(handlers.map((name) => [name, quiet]));

/** Lets itself in by an invite of a desk; resolves once that desk has admitted it. */
export async function admitGuest(invite) {
  const vault = createMemoryVault();
  const identity = await loadLinkIdentity(vault);
  const wire = createWire(identity);
  const signer = await loadSigner(vault, realRandom);
  const options = { wire, clock: realClock, random: realRandom, signer, name: "Guest" };
  const joined = await joinByInvite(options, parseInvite(invite));
  if (joined.kind !== "joined") throw new Error(joined.text);
  return {
    identity,
    /**
     * Links a document of the desk `desk` at `port`, beginning with nothing. `until` is called at each frontier, and
     * when the desk has sent all it had, with the document and whether it has; when it says true the link is ended, and
     * this resolves with ms since the dial.
     */
    link({ desk, port, document: name, until }) {
      const document = createLogDocument(joined.branch, name, () => null, {
        onEntries: quiet,
        onTwin: quiet,
      });
      const run = Buffer.from(realRandom.bytes(8)).toString("hex");
      const hello = { protocol: protocolVersion, branch: joined.branch, run };
      const card = { desk: signer.desk, name: "Guest", version: "0.0.0-bench", meshPort: 9 };
      return new Promise((resolve, reject) => {
        const start = performance.now();
        let dialled = null;
        const look = (link) => {
          if (!until(document, link.caughtUp)) return;
          const ms = performance.now() - start;
          dialled.stop();
          resolve(ms);
        };
        const events = {
          ...deaf,
          onFrontier: look,
          onCaughtUp: look,
          onFault: (_link, code, why) => reject(new Error(`${code}: ${why}`)),
        };
        dialled = dialDocument({
          ...{ document, host, port, wire, clock: realClock, own: { ...hello, ...card } },
          trust: () => ({ kind: "admitted", desk }),
          judge: () => null,
          onMet(peer, socket) {
            const address = { host, port };
            const link = createLink({
              ...{
                document,
                socket,
                peer,
                dialledBy: run,
                address,
                sendsStep1: true,
                clock: realClock,
                events,
              },
            });
            return link;
          },
          onEnded: quiet,
          onClosed: quiet,
        });
      });
    },
  };
}
