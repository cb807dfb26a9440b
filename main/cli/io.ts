/** The world as a command sees it; tests hand in their own. */
export interface Io {
  /** Standard output: results. */
  out(text: string): void;
  /** Standard error: progress and complaints. */
  err(text: string): void;
  /** Columns of the terminal on standard error; undefined where it is none. */
  readonly terminalWidth: number | undefined;
  /** Calls back when the user wants the command to end (Ctrl-C). Returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
}

/** How a command ends. Problems and failures exit with 1, wrong words with 2. */
export type Ending =
  | "done"
  /** What was asked for is printed and shows that something is not right. */
  | "problems"
  /** One sentence: what, why, what helps. */
  | { readonly failed: string }
  | { readonly wrong: string };

/** The process's own streams and signals. */
export const processIo: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  terminalWidth: process.stderr.isTTY ? process.stderr.columns : undefined,
  onInterrupt(listener) {
    process.once("SIGINT", listener);
    return () => process.off("SIGINT", listener);
  },
};
