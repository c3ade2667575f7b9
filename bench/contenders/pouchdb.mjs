// PouchDB: a database in LevelDB at each desk, replicated both ways and live over HTTP with one at a hub.

import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import express from "express";
import createPouchApp from "express-pouchdb";
import PouchDB from "pouchdb";
import { scan } from "../scans.mjs";

const databaseName = "outage-1";

export async function openHub({ folder }) {
  mkdirSync(folder, { recursive: true });
  const Database = PouchDB.defaults({ prefix: `${folder}/` });
  const app = express();
  const inMemoryConfig = true;
  app.use(
    "/",
    createPouchApp(Database, { mode: "minimumForPouchDB", inMemoryConfig, logPath: join(folder, "log") }),
  );
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const database = new Database(databaseName);
  await database.info();
  return {
    about: { port: server.address().port },
    async close() {
      server.closeAllConnections();
      server.close();
      await database.close();
    },
  };
}

export async function openDesk({ folder, hub, onKnown }) {
  mkdirSync(folder, { recursive: true });
  const database = new PouchDB(join(folder, databaseName));
  let { doc_count: held } = await database.info();
  const changes = database.changes({ since: "now", live: true }).on("change", ({ id }) => {
    held++;
    onKnown(id);
  });
  const sync = database.sync(`http://127.0.0.1:${hub.port}/${databaseName}`, { live: true, retry: true });
  sync.on("error", (error) => {
    throw error;
  });
  const toDocument = ({ id, ...fields }) => ({ _id: id, ...fields });
  return {
    about: {},
    record: ({ n, id }) => database.put(toDocument({ ...scan(n), id })),
    async append(from, to, perChange) {
      for (let n = from; n < to; n += perChange) {
        const many = Array.from({ length: Math.min(perChange, to - n) }, (_, i) => toDocument(scan(n + i)));
        if (perChange === 1) await database.put(many[0]);
        else await database.bulkDocs(many);
      }
    },
    count: () => held,
    linked: () => undefined,
    async close() {
      changes.cancel();
      sync.cancel();
      await database.close();
    },
  };
}
