import type { FileExport } from "../subject.ts";
import { withResolution } from "./resolution.ts";

/** Turns an SVG picture of ours into a PNG; refuses, with a sentence, one too large for any resolution. */
export type Paint = (svg: string) => Promise<FileExport>;

/**
 * What painting takes. Whoever offers it reads the files where it runs: `@resvg/resvg-wasm/index_bg.wasm`, and as TTF
 * the fonts that the pictures name, Inter in 400 and 600 and JetBrains Mono.
 */
export interface PaintParts {
  engine(): Promise<Uint8Array<ArrayBuffer>>;
  fonts(): Promise<readonly Uint8Array[]>;
}

/** Dots per inch, best first. A picture's pixel is 1/96 inch, as in CSS. */
const resolutions = [300, 192, 96] as const;
/** 128 MB while it is painted. */
const mostDots = 32e6;

/** The best in which a picture of so many pixels can be painted, if there is one. */
export const resolutionFor = (width: number, height: number): number | undefined =>
  resolutions.find((it) => (width * height * it * it) / 96 ** 2 <= mostDots);

let started: Promise<unknown> | undefined;

/**
 * Paints with resvg, which has no need of a display and draws the same dots everywhere. Loaded when first used. The file
 * says its resolution (300 dots per inch unless it would be huge), so that it comes out in its size on paper.
 */
export function createPaint(parts: PaintParts): Paint {
  let fonts: ReturnType<PaintParts["fonts"]> | undefined;
  return async (svg) => {
    const [, width = 1, height = 1] = (/ width="(\d+)" height="(\d+)"/.exec(svg) ?? []).map(Number);
    const resolution = resolutionFor(width, height);
    if (!resolution)
      return {
        refused: `A picture of ${width}×${height} pixels is too large for PNG. Export it as SVG instead.`,
      };
    const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
    // It may be started once in a thread's life, and again only where that failed.
    started ??= parts.engine().then(initWasm);
    await started.catch((trouble: unknown) => {
      started = undefined;
      throw trouble;
    });
    fonts ??= parts.fonts();
    const picture = new Resvg(svg, {
      fitTo: { mode: "zoom", value: resolution / 96 },
      font: {
        fontBuffers: [...(await fonts)],
        defaultFontFamily: "Inter",
        sansSerifFamily: "Inter",
        monospaceFamily: "JetBrains Mono",
      },
    });
    const image = picture.render();
    try {
      return { bytes: withResolution(Uint8Array.from(image.asPng()), resolution) };
    } finally {
      image.free();
      picture.free();
    }
  };
}
