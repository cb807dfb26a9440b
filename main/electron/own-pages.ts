import { protocol, session } from "electron/main";
import { pageFor } from "../pages/page.ts";

const origin = "app://receptive";
export const startPage = `${origin}/index.html`;

export const isOwnPage = (url: string): boolean => url.startsWith(`${origin}/`);

/** Must run before the app is ready. */
export function announceScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function servePages(root: string): void {
  protocol.handle("app", async (request) => {
    if (!isOwnPage(request.url)) return new Response("This address leads outside the app.", { status: 403 });
    const { pathname } = new URL(request.url);
    const { status, headers, body } = await pageFor(root, request.method, pathname);
    return new Response(body, { status, headers: { ...headers } });
  });
}

/** The window needs nothing that a site would have to ask for, except to put text on the clipboard. */
export function denyPermissions(): void {
  const allowed = (permission: string): boolean => permission === "clipboard-sanitized-write";
  session.defaultSession.setPermissionRequestHandler((_window, permission, decide) =>
    decide(allowed(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_window, permission) => allowed(permission));
}
