/** What the pages may ask of the node, and what comes back: `connection.ts` does it over HTTP. */

export interface HttpAnswer {
  readonly status: number;
  /** Parsed JSON; `undefined` where the answer was none. */
  readonly body: unknown;
}

export interface Connection {
  /** `undefined`: no answer came, so nobody knows what happened. Paths are relative to `/api/`. */
  get(path: string): Promise<HttpAnswer | undefined>;
  /** A Blob goes as it is, as a zip file unless its type is `application/octet-stream`, and may take its time. */
  post(path: string, body: unknown): Promise<HttpAnswer | undefined>;
  delete(path: string): Promise<HttpAnswer | undefined>;
  /** Sends a last word while the page goes; nobody waits for an answer. */
  beacon(path: string, body: unknown): void;
  /** As `get`, but a good answer's body is a Blob. */
  download(path: string): Promise<HttpAnswer | undefined>;
  /** Opens the stream anew: whoever is signed in now may see more, or less. */
  reopen(): void;
}
