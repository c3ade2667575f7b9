/** `start`: this desk's node in the foreground, until it is told to stop. */
import type { CommandSpec } from "./command.ts";
import { exitCode } from "./exit-code.ts";

export const startCommand: CommandSpec = {
  usage: "start",
  summary: "run this desk's node in the foreground (the default command)",
  examples: [
    "deskmesh start",
    "deskmesh start --port 8480 --mesh-port 8481 --data-dir ./desk-2",
    "deskmesh start --no-mdns --peer 192.168.1.20:8471",
  ],
  async run({ config, effects, out, note }) {
    const stop = effects.stopSignal();
    try {
      const node = await effects.startNode(config);
      const { port } = new URL(node.url);
      // The one line that scripts wait for: its words are fixed (contract.md).
      if (config.json) out(JSON.stringify({ url: node.url, meshPort: node.meshPort }));
      else out(`ready http://127.0.0.1:${port} mesh ${node.meshPort}`);
      note(`Data folder: ${config.dataDir}. Stop with Ctrl+C.`);
      await stop.stopped;
      await node.close();
      return exitCode.ok;
    } finally {
      stop.done();
    }
  },
};
