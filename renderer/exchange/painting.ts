import regular from "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf?url";
import semibold from "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf?url";
import mono from "@expo-google-fonts/jetbrains-mono/400Regular/JetBrainsMono_400Regular.ttf?url";
import engine from "@resvg/resvg-wasm/index_bg.wasm?url";
import { createPaint } from "../../shared/emit/png/paint.ts";

/** Paints PNGs in a worker: the page itself may compile no WebAssembly. */
export const webPaint = createPaint({
  engine: () => load(engine),
  fonts: () => Promise.all([regular, semibold, mono].map(load)),
});

async function load(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
