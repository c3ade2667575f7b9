/**
 * Does multicast get through? Asks the mDNS group for desks from one address, and listens whether the own question
 * comes back and whether anybody else is heard. Works without a router and without a default route.
 */
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";

export interface HeardMulticast {
  /** The own packet came back: the group was joined, and the interface sends. */
  readonly self: boolean;
  /** Addresses of others that were heard meanwhile. */
  readonly others: readonly string[];
  /** What the system refused, where it did. */
  readonly trouble?: string;
}

const group = "224.0.0.251";
const port = 5353;
const listenMs = 1_200;

export function probeMulticast(address: string): Promise<HeardMulticast> {
  return new Promise((resolve) => {
    const id = randomBytes(2);
    const others = new Set<string>();
    let self = false;
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    const timer = setTimeout(() => end(), listenMs);
    function end(trouble?: string): void {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on("error", () => undefined);
      socket.close();
      resolve({ self, others: [...others], ...(trouble === undefined ? {} : { trouble }) });
    }
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "unknown"));
    socket.on("message", (packet, from) => {
      if (packet.length >= 12 && packet.subarray(0, 2).equals(id)) self = true;
      else if (from.address !== address) others.add(from.address);
    });
    socket.bind(port, "0.0.0.0", () => {
      try {
        socket.addMembership(group, address);
        socket.setMulticastInterface(address);
        socket.setMulticastLoopback(true);
        socket.setMulticastTTL(255);
        socket.send(question(id), port, group);
      } catch (error) {
        end((error as NodeJS.ErrnoException).code ?? "unknown");
      }
    });
  });
}

/** A question for `_deskmesh._tcp.local`, as any resolver would send it. */
function question(id: Buffer): Buffer {
  const name = ["_deskmesh", "_tcp", "local"].flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([...id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name, 0, 0, 12, 0, 1]);
}
