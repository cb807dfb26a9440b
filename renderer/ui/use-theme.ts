import { useSyncExternalStore } from "react";
import type { Theme } from "./map-palettes.ts";

/** Which of the two themes is shown now: pictures painted on a canvas do not follow the style sheet by themselves. */
export const useTheme = (): Theme => useSyncExternalStore(listen, current);

const current = (): Theme => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

function listen(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}
