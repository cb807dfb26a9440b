import Module, { register } from "node:module";
import { pathToFileURL } from "node:url";

const names = /^electron(\/(main|common))?$/;

/** Gives the app and Playwright this object for `require("electron")` and `import … from "electron/main"`. */
export function provideElectron(electron: object): void {
  // Node's loader has no public hook for require on Node 20.
  const loader = Module as unknown as { _load(request: string, ...more: unknown[]): unknown };
  const load = loader._load;
  loader._load = (request, ...more) => (names.test(request) ? electron : load.call(Module, request, ...more));

  Object.assign(globalThis, { __electronStandIn: electron });
  const exports = Object.keys(electron).map((name) => `export const ${name} = electron.${name};`);
  const module = dataUrl(
    `const electron = globalThis.__electronStandIn; export default electron;\n${exports.join("\n")}`,
  );
  const hook = `export const resolve = (name, context, next) =>
    ${names}.test(name) ? { url: ${JSON.stringify(module)}, shortCircuit: true } : next(name, context);`;
  register(dataUrl(hook), pathToFileURL("./"));
}

const dataUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
