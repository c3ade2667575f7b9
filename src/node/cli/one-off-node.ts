/**
 * Commands that must also work before the first `start`: they use the running node, or start one for the length of
 * the command, without mesh, on free ports. One way of doing each thing, whether the node runs or not.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { noBranch } from "../desk/first-run.ts";
import type { CommandContext } from "./command.ts";
import { CommandFailure, exitCode } from "./exit-code.ts";
import { connectToNode, type NodeClient } from "./node-client.ts";

/** Does this PC belong to a branch, as far as its identity folder says? Asked before a node is started to look. */
export function hasBranch({ identityDir }: Config): boolean {
  return existsSync(join(identityDir, "branch.json"));
}

/**
 * What only a desk of a branch may do. Rejects where this PC is none, before a node is started for it: that would make
 * keys in an empty folder, for nothing.
 */
export async function withDeskNode<T>(
  context: CommandContext,
  staff: string | undefined,
  act: (client: NodeClient) => Promise<T>,
): Promise<T> {
  return withNode(context, staff, act, () => {
    if (!hasBranch(context.config)) throw new CommandFailure(exitCode.refused, noBranch.text);
  });
}

/**
 * Commands that only look: with the running node, else under the data folder's lock. Rejects with exit code 7 where no
 * node runs and none ever made a branch here: nothing is made of an empty folder by looking at it.
 */
export async function lookWithNode<T>(
  context: CommandContext,
  act: (client: NodeClient, running: boolean) => Promise<T>,
): Promise<T> {
  const { config } = context;
  const running = await connectToNode(config.dataDir).catch(async (error: unknown) => {
    if (!(error instanceof CommandFailure) || error.exitCode !== exitCode.nodeNotRunning) throw error;
    if (!hasBranch(config)) throw error;
    return null;
  });
  return running === null ? withNode(context, undefined, (client) => act(client, false)) : act(running, true);
}

/** With the running node, or one for the length of the command, which makes what a desk needs to have. */
export async function withNode<T>(
  context: CommandContext,
  staff: string | undefined,
  act: (client: NodeClient) => Promise<T>,
  mayStart: () => void = () => undefined,
): Promise<T> {
  const { config, effects } = context;
  const options = staff === undefined ? {} : { staff };
  const running = await connectToNode(config.dataDir, options).catch((error: unknown) => {
    if (error instanceof CommandFailure && error.exitCode === exitCode.nodeNotRunning) return null;
    throw error;
  });
  if (running !== null) return act(running);
  mayStart();
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
