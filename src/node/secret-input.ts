/** Secrets from whoever starts a command: typed at a terminal without an echo, or piped in. */

/** `null`: nobody sits at a terminal. Rejects when the typing is broken off. */
export function askSecret(prompt: string): Promise<string | null> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return Promise.resolve(null);
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (): void => {
      stdin.off("data", hear);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
    };
    const hear = (text: string): void => {
      for (const char of text) {
        if (char === "\r" || char === "\n") {
          end();
          resolve(typed);
          return;
        }
        if (char === "\u0003" || char === "\u0004") {
          end();
          reject(new Error("broken off"));
          return;
        }
        typed = char === "\u007f" || char === "\b" ? [...typed].slice(0, -1).join("") : typed + char;
      }
    };
    stdin.on("data", hear);
  });
}

/** All of standard input; a secret is short, so no more than a page of it is read. */
export async function readPiped(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > 4_096) throw new Error("standard input is too long for a PIN or passphrase");
  }
  return text;
}
