import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { documentLimitBytes } from "../../shared/protocol/desktop.ts";
import { explain } from "./trouble.ts";

export type ReadText = { readonly text: string } | { readonly failed: string };

/** The text of a document: UTF-8, with or without a byte order mark, at most 32 MiB. */
export async function readDocumentFile(path: string): Promise<ReadText> {
  const name = basename(path);
  try {
    // Asked before opening, because opening a named pipe waits for ever.
    const met = await stat(path);
    if (met.isDirectory()) return { failed: `Cannot open “${name}”: it is a folder. Open a file in it.` };
    if (!met.isFile())
      return { failed: `Cannot open “${name}”: it is not a file. Choose a .receptive file.` };
    if (met.size > documentLimitBytes) return tooLarge(name, met.size);
    return decodeDocument(name, await readAtMost(path, documentLimitBytes + 1));
  } catch (error) {
    return { failed: explain(error, "open", name) };
  }
}

/** The bytes of a document as text, or why they cannot be one. */
export function decodeDocument(name: string, bytes: Uint8Array): ReadText {
  if (bytes.length > documentLimitBytes) return tooLarge(name, bytes.length);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return { failed: `Cannot open “${name}”: its text is UTF-16. Save it as UTF-8 and open it again.` };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { failed: `Cannot open “${name}”: it is not UTF-8 text. Choose a .receptive file.` };
  }
}

const tooLarge = (name: string, bytes: number): ReadText => ({
  failed: `Cannot open “${name}”: it has ${(bytes / 2 ** 20).toFixed(1)} MiB, and a document has at most 32 MiB.`,
});

/** A file may grow while it is read. */
async function readAtMost(path: string, limitBytes: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const size = Math.min((await file.stat()).size + 1, limitBytes);
    const bytes = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, size - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}
