import { readFile } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { codeOf } from "../files/trouble.ts";
import { headersFor } from "./headers.ts";

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * The answer to a request for a file of the window, `path` being the URL's path still encoded. HEAD gets the body
 * as well; whoever sends the answer leaves it out.
 * Nothing outside `root` is ever read.
 */
export async function pageFor(root: string, method: string, path: string): Promise<Page> {
  if (method !== "GET" && method !== "HEAD") return refusal(405, "Only GET is answered here.");
  const inner = innerPath(path);
  if (inner === undefined) return refusal(403, "This address leads outside the app.");
  const file = join(root, ...inner);
  // The parts were checked one by one; this guards the join itself.
  const way = relative(root, file);
  if (way.startsWith("..") || isAbsolute(way)) return refusal(403, "This address leads outside the app.");
  try {
    const body = new Uint8Array(await readFile(file));
    return { status: 200, headers: headersFor(`/${inner.join("/")}`), body };
  } catch (error) {
    if (["ENOENT", "EISDIR", "ENOTDIR", "ENAMETOOLONG"].includes(codeOf(error) ?? ""))
      return refusal(404, "There is no such file.");
    throw error;
  }
}

function innerPath(path: string): readonly string[] | undefined {
  try {
    const parts = decodeURIComponent(path)
      .split("/")
      .filter((part) => part !== "");
    if (parts.some((part) => part === "." || part === ".." || /[\\:\0]/.test(part))) return undefined;
    return parts.length === 0 ? ["index.html"] : parts;
  } catch {
    return undefined;
  }
}

const refusal = (status: number, message: string): Page => ({
  status,
  headers: { ...headersFor("/refusal.txt"), "Cache-Control": "no-store" },
  body: new Uint8Array(new TextEncoder().encode(`${message}\n`)),
});
