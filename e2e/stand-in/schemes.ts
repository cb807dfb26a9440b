import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { strict } from "./strict.ts";

type Handler = (request: Request) => Response | Promise<Response>;

/**
 * `protocol.handle` over loopback HTTP, because Chromium's command line adds no schemes:
 * scheme://host/path is http://host.scheme.localhost:PORT/path, which browsers treat as a secure context too.
 */
export interface Schemes {
  readonly protocol: object;
  /** Keeps the port of earlier starts where it is free: the page's storage belongs to its origin. */
  listen(userData: string): Promise<void>;
  toHttp(url: string): string;
  fromHttp(url: string): string;
}

export function createSchemes(isReady: () => boolean): Schemes {
  const handlers = new Map<string, Handler>();
  let port = 0;

  const fromHttp = (url: string): string => {
    const [, host, scheme, met, rest] =
      /^http:\/\/([^/]+?)\.([a-z][a-z0-9+-]*)\.localhost:(\d+)(.*)$/.exec(url) ?? [];
    return Number(met) === port && port !== 0 ? `${scheme}://${host}${rest}` : url;
  };
  const server = createServer(async (asked, answer) => {
    try {
      const url = fromHttp(`http://${asked.headers.host}${asked.url}`);
      const handler = handlers.get(new URL(url).protocol.slice(0, -1));
      if (handler === undefined) return void answer.writeHead(404).end();
      const reply = await handler(new Request(url, { method: asked.method ?? "GET" }));
      answer.writeHead(reply.status, Object.fromEntries(reply.headers));
      answer.end(new Uint8Array(await reply.arrayBuffer()));
    } catch (error) {
      console.error(error);
      answer.writeHead(500).end();
    }
  });

  return {
    fromHttp,
    toHttp(url) {
      const { protocol, host, pathname, search, hash } = new URL(url);
      if (!handlers.has(protocol.slice(0, -1))) return url;
      return `http://${host}.${protocol.slice(0, -1)}.localhost:${port}${pathname}${search}${hash}`;
    },
    async listen(userData) {
      mkdirSync(userData, { recursive: true });
      const note = join(userData, "stand-in-port");
      const before = existsSync(note) ? Number(readFileSync(note, "utf8")) : 0;
      if (!(await bind(server, before))) await bind(server, 0);
      // Listening on a TCP port, the address is never a pipe's name.
      port = (server.address() as AddressInfo).port;
      writeFileSync(note, String(port));
      server.unref();
    },
    protocol: strict(
      {
        registerSchemesAsPrivileged(_schemes: readonly object[]) {
          if (isReady())
            throw new Error("protocol.registerSchemesAsPrivileged should be called before app is ready");
        },
        handle(scheme: string, handler: Handler) {
          if (handlers.has(scheme)) throw new Error(`The scheme ${scheme} has been registered`);
          handlers.set(scheme, handler);
        },
        unhandle: (scheme: string) => void handlers.delete(scheme),
        isProtocolHandled: (scheme: string) => handlers.has(scheme),
      },
      "protocol",
    ),
  };
}

const bind = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
