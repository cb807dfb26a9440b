import { expect, test } from "@playwright/test";
import { forgetUserData, type Launched, launchApp } from "./launch.ts";

test.describe("the shell", () => {
  let launched: Launched;
  test.beforeAll(async () => {
    launched = await launchApp();
  });
  test.afterAll(async () => {
    await launched.app.close();
    forgetUserData(launched.userData);
  });

  test("opens one window on its own page, isolated from Node", async () => {
    const { app, page } = launched;
    expect(app.windows()).toHaveLength(1);
    await expect(page).toHaveTitle(/Receptive/);
    const met = await page.evaluate(() => ({
      isolated: crossOriginIsolated,
      secure: isSecureContext,
      require: typeof Reflect.get(window, "require"),
      process: typeof Reflect.get(window, "process"),
      bridgeFrozen: Object.isFrozen(Reflect.get(window, "desktop")),
      ipc: "ipcRenderer" in Reflect.get(window, "desktop"),
    }));
    expect(met).toEqual({
      isolated: true,
      secure: true,
      require: "undefined",
      process: "undefined",
      bridgeFrozen: true,
      ipc: false,
    });
  });

  test("loads without a violation of its security policy", async () => {
    const { page, complaints } = launched;
    await page.waitForLoadState("networkidle");
    expect(complaints).toEqual([]);
  });

  test("runs no inline script, no eval and compiles no WebAssembly in the page", async () => {
    const met = await launched.page.evaluate(async () => {
      const script = document.createElement("script");
      script.textContent = "window.inlineRan = true";
      document.head.append(script);
      const attempt = (run: () => unknown) =>
        Promise.resolve()
          .then(run)
          .then(
            () => "ran",
            () => "refused",
          );
      return {
        inline: "inlineRan" in window,
        // Playwright's own evaluation bypasses nothing: this runs in the page's world.
        compile: await attempt(() => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))),
      };
    });
    expect(met).toEqual({ inline: false, compile: "refused" });
  });

  test("serves nothing outside its own folder", async () => {
    const statuses = await launched.page.evaluate(() =>
      Promise.all(
        [
          "/index.html",
          "/..%2fmain%2fmain.js",
          "/%2e%2e%2fmain/main.js",
          "/..%5cmain%5cmain.js",
          "/no-such-file",
        ].map(async (path) => (await fetch(path)).status),
      ),
    );
    expect(statuses).toEqual([200, 403, 403, 403, 404]);
  });

  test("opens https links outside and other addresses nowhere", async () => {
    const { app, page } = launched;
    await app.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = async (url: string) => void opened.push(url);
    });
    const before = page.url();
    for (const [url, target] of [
      ["https://example.invalid/here", "_self"],
      ["https://example.invalid/new", "_blank"],
      ["http://example.invalid/plain", "_self"],
      ["file:///etc/passwd", "_blank"],
    ] as const)
      await page.evaluate(
        ([href, where]) => {
          const link = document.createElement("a");
          Object.assign(link, { href, target: where });
          document.body.append(link);
          link.click();
          link.remove();
        },
        [url, target] as const,
      );
    await page.evaluate(() => void window.open("https://example.invalid/opened"));
    const opened = () => app.evaluate(() => Reflect.get(globalThis, "opened") as string[]);
    await expect
      .poll(async () => (await opened()).toSorted())
      .toEqual([
        "https://example.invalid/here",
        "https://example.invalid/new",
        "https://example.invalid/opened",
      ]);
    expect(page.url()).toBe(before);
    await expect.poll(() => app.windows().length).toBe(1);
  });

  test("refuses questions whose arguments are not as agreed", async () => {
    const refused = await launched.page.evaluate(async () => {
      const desktop = Reflect.get(window, "desktop");
      const attempt = (said: Promise<unknown>) =>
        said.then(
          () => "answered",
          (error: Error) => error.message,
        );
      return [
        await attempt(desktop.setProgress(7)),
        await attempt(desktop.openRecent({ token: "x" })),
        await attempt(desktop.openLink("file:///etc/passwd")),
      ];
    });
    for (const message of refused) expect(message).toMatch(/^Error invoking remote method/);
  });

  test("sends the menu's commands and files from a second start to the window", async () => {
    const { app, page } = launched;
    await page.evaluate(() => {
      const desktop = Reflect.get(window, "desktop");
      const heard: unknown[] = [];
      Object.assign(window, { heard });
      desktop.onNews((news: unknown) => heard.push(news));
      return desktop.ready();
    });
    await app.evaluate(({ app, Menu }) => {
      Menu.getApplicationMenu()?.getMenuItemById("tidy")?.click();
      app.emit("second-instance", {}, ["receptive", "--flag", "other.receptive"], "/somewhere", {});
    });
    const heard = () => page.evaluate(() => Reflect.get(window, "heard"));
    await expect.poll(heard).toEqual([
      { type: "command", command: { type: "menu", command: "tidy" } },
      {
        type: "command",
        command: { type: "openFile", file: { token: expect.any(String), name: "other.receptive" } },
      },
    ]);
  });
});
