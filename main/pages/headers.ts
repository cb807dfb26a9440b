/**
 * The response headers of every file of the window, one table for the desktop (app://) and the browser
 * edition (http). Cross-origin isolation gives the training backend its shared memory.
 */
export function headersFor(path: string): Record<string, string> {
  return {
    "Content-Type": contentTypes[extension(path)] ?? "application/octet-stream",
    "Content-Security-Policy": policy(compilesWasm(path) ? ["'self'", "'wasm-unsafe-eval'"] : ["'self'"]),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    // Everything but the page itself carries a hash of its content in its name.
    "Cache-Control": path.endsWith(".html") ? "no-cache" : "max-age=31536000, immutable",
  };
}

/**
 * Only the training and the exchange worker compile WebAssembly. Thread pools get compiled modules, and making an
 * instance of one needs no permission (seen in Chromium 156). renderer/vite.config.ts gives them these names.
 */
const compilesWasm = (path: string): boolean => /^\/workers\/(train|exchange)-[\w-]+\.js$/.test(path);

const policy = (scripts: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src ${scripts.join(" ")}`,
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

const extension = (path: string): string => path.slice(path.lastIndexOf(".") + 1).toLowerCase();

const contentTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json; charset=utf-8",
  receptive: "application/json; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  ico: "image/x-icon",
  woff2: "font/woff2",
  ttf: "font/ttf",
  wasm: "application/wasm",
  txt: "text/plain; charset=utf-8",
};
