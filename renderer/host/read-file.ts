import { documentLimitBytes } from "../../shared/protocol/desktop.ts";

export type ReadText = { readonly text: string } | { readonly failed: string };

/** A document's text from a file that the browser gave us; the same limits as on the desktop. */
export async function readFileText(file: File): Promise<ReadText> {
  if (file.size > documentLimitBytes)
    return refuse(file, `it has ${(file.size / 2 ** 20).toFixed(1)} MiB, and a document has at most 32 MiB`);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()) };
  } catch (error) {
    if (error instanceof TypeError) return refuse(file, "it is not UTF-8 text. Choose a .receptive file");
    return refuse(file, reasonOf(error));
  }
}

/** Why the browser would not read or write, as the end of a sentence. */
export function reasonOf(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  const known = reasons[name];
  if (known !== undefined) return known;
  return `the browser reports ${error instanceof Error ? error.message.replace(/\.$/, "") : String(error)}`;
}

const reasons: Readonly<Record<string, string>> = {
  NotAllowedError: "the browser was not allowed to use it. Open it again and allow it",
  NotFoundError: "it is not there. It may have been moved, renamed or deleted",
  NotReadableError: "it cannot be read. Close other programs that use it and try again",
  NoModificationAllowedError: "it cannot be changed now. Close other programs that use it and try again",
  QuotaExceededError: "the disk is full. Free some space and try again",
};

const refuse = (file: File, reason: string): ReadText => ({
  failed: `Cannot open “${file.name}”: ${reason}.`,
});
