import { realpath } from "node:fs/promises";

/** Whether two paths lead to one file that is there. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((it) => realpath(it).catch(() => undefined)));
  return first !== undefined && first === second;
}
