/**
 * Commands that must also work before the first `start`: they use the running node, or start one for the length of
 * the command, without mesh, on free ports. One way of doing each thing, whether the node runs or not.
 */
import type { CommandContext } from "./command.ts";
import { CommandFailure, exitCode } from "./exit-code.ts";
import { connectToNode, type NodeClient } from "./node-client.ts";

export async function withNode<T>(
  context: CommandContext,
  staff: string | undefined,
  act: (client: NodeClient) => Promise<T>,
): Promise<T> {
  const { config, effects } = context;
  const options = staff === undefined ? {} : { staff };
  const running = await connectToNode(config.dataDir, options).catch((error: unknown) => {
    if (error instanceof CommandFailure && error.exitCode === exitCode.nodeNotRunning) return null;
    throw error;
  });
  if (running !== null) return act(running);
  const node = await effects.startNode({
    ...config,
    port: 0,
    portGiven: true,
    meshPort: 0,
    meshPortGiven: true,
    meshHost: ["127.0.0.1"],
    peers: [],
    mdns: false,
  });
  try {
    return await act(await connectToNode(config.dataDir, options));
  } finally {
    await node.close();
  }
}
