/** What happens to a desk, as lines of its log: links, the outage, patron data, batches, faults. Never who or what. */
import type { Desk, Listener } from "../desk/desk.ts";
import type { DesksView, Events, OutageView } from "../http/api.ts";
import type { Log } from "./messages.ts";

/** Returns the function that ends it. */
export function tellEvents(desk: Pick<Desk, "state" | "subscribe">, log: Log): () => void {
  const linked = new Set<string>();
  let outage = "";

  function tellLinks({ desks }: DesksView): void {
    for (const other of desks) {
      if (other.self || other.linked === linked.has(other.desk)) continue;
      if (other.linked) linked.add(other.desk);
      else linked.delete(other.desk);
      log(other.linked ? `Linked with ${other.name}.` : `No longer linked with ${other.name}.`);
    }
  }

  function tellOutage({ number, state }: OutageView): void {
    const text = `Outage ${number} is ${state === "standby" ? "not begun: standby" : state}.`;
    if (text !== outage) log(text);
    outage = text;
  }

  const tell: Listener = (...[kind, data]) => {
    const told = { kind, data } as Told;
    if (told.kind === "desk") tellLinks(told.data);
    if (told.kind === "outage") tellOutage(told.data);
    if (told.kind === "batch") log(`Batch ${told.data.id} was made or has changed.`);
    if (told.kind === "purged") log(`Outage ${told.data.outage} was purged.`);
    if (told.kind === "fault") log(`Nothing is recorded at this desk: ${told.data.text}`, "error");
    if (told.kind === "snapshot" && told.data.state === "in-force")
      log(`Patron data in force: ${told.data.patrons} patrons, ${told.data.items} items.`);
  };
  const { outage: now, desks } = desk.state();
  tellOutage(now);
  tellLinks(desks);
  return desk.subscribe(tell);
}

type Told = { [K in keyof Events]: { readonly kind: K; readonly data: Events[K] } }[keyof Events];
