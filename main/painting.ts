import { readFile } from "node:fs/promises";
import { createPaint } from "../shared/emit/png/paint.ts";

// A bundled program carries these files beside itself.
const engine = new URL("../node_modules/@resvg/resvg-wasm/index_bg.wasm", import.meta.url);
const regular = new URL(
  "../node_modules/@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
  import.meta.url,
);
const semibold = new URL(
  "../node_modules/@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
  import.meta.url,
);
const mono = new URL(
  "../node_modules/@expo-google-fonts/jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf",
  import.meta.url,
);

/** Paints PNGs in Node, without a display. */
export const nodePaint = createPaint({
  engine: async () => Uint8Array.from(await readFile(engine)),
  fonts: () => Promise.all([regular, semibold, mono].map((it) => readFile(it))),
});
