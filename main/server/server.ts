import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pageFor } from "../pages/page.ts";

export interface Served {
  /** The address to open, e.g. `http://127.0.0.1:40123/`. */
  readonly address: string;
  stop(): Promise<void>;
}

export type Serving = Served | { readonly failed: string };

/** Serves the browser edition to this computer only. Port 0 takes any free one. */
export async function serve(root: string, port: number): Promise<Serving> {
  const server = createServer((request, response) => {
    // Taken as it came: URL would resolve the dots that pageFor refuses.
    const path = (request.url ?? "/").split(/[?#]/, 1)[0] ?? "/";
    pageFor(root, request.method ?? "GET", path).then(
      ({ status, headers, body }) =>
        response.writeHead(status, { ...headers, "Content-Length": body.length }).end(body),
      (error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      },
    );
  });
  const trouble = await listen(server, port);
  if (trouble !== undefined) return { failed: trouble };
  // Listening on a TCP port, the address is never a pipe's name.
  const { port: taken } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${taken}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listen = (server: Server, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(
        error.code === "EADDRINUSE"
          ? `Port ${port} is in use. Choose another one, or none to take a free one.`
          : `Cannot serve on port ${port}: ${error.message}.`,
      ),
    );
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
