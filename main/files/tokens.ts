import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import type { FileHandle } from "../../shared/protocol/desktop.ts";

/** The only place where a token becomes a path again. Tokens live as long as the process. */
export interface Tokens {
  /** The same path gets the same token. */
  handleFor(path: string): FileHandle;
  /** For a document that came without a place on disk: saving it asks for one. */
  handleWithoutPlace(name: string): FileHandle;
  pathOf(token: string | undefined): string | undefined;
}

export function createTokens(): Tokens {
  const pathByToken = new Map<string, string>();
  const tokenByPath = new Map<string, string>();
  return {
    handleFor(path) {
      const token = tokenByPath.get(path) ?? randomUUID();
      tokenByPath.set(path, token);
      pathByToken.set(token, path);
      return { token, name: basename(path) };
    },
    handleWithoutPlace: (name) => ({ token: randomUUID(), name }),
    pathOf: (token) => (token === undefined ? undefined : pathByToken.get(token)),
  };
}
