import type { FeatureMaps } from "../../shared/protocol/training.ts";
import type { Palette } from "../ui/map-palettes.ts";
import { type Span, spanOf } from "../ui/paint-maps.ts";

/** How many maps a card shows. */
export const mostMaps = 8;
/** Up to so many maps are drawn larger: they need not leave room for others. */
export const fewMaps = 3;
/** Pixels of one picture: twice what it covers at full size, so that it stays crisp on dense screens. */
const mostPixels = 40;
const mostPixelsOfFew = 84;
const mostVectorPixels = 348;

/**
 * Paints the first maps of a node side by side into one canvas; between them it stays transparent. One canvas for all,
 * and never more pixels than can be seen, because fifty cards are painted several times a second.
 */
export function paintStrip(canvas: HTMLCanvasElement, maps: FeatureMaps, palette: Palette): void {
  const { rows, columns, count } = tilesOf(maps);
  const isVector = maps.shape.length === 1;
  const most = count > fewMaps ? mostPixels : mostPixelsOfFew;
  const height = isVector ? 1 : scaledTo(most, rows, columns);
  const width = isVector ? Math.min(columns, mostVectorPixels) : scaledTo(most, columns, rows);
  const side = Math.max(height, width);
  const gap = isVector ? 0 : Math.max(1, Math.round(side / 10));
  const places = isVector ? 1 : count > fewMaps ? mostMaps : count;
  const picture = pictureOf(
    canvas,
    isVector ? width : places * side + (places - 1) * gap,
    isVector ? 1 : side,
  );
  if (!picture) return;
  const { pixels, show } = picture;
  const colour = colouring(palette, spanOf(maps.values, 0, count * rows * columns));
  pixels.fill(0);
  const stride = isVector ? width : places * side + (places - 1) * gap;
  for (let tile = 0; tile < count; tile++) {
    const left = tile * (side + gap) + ((side - width) >> 1);
    const top = isVector ? 0 : (side - height) >> 1;
    const from = tile * rows * columns;
    for (let y = 0; y < height; y++) {
      const row = from + Math.floor((y * rows) / height) * columns;
      const to = (top + y) * stride + (isVector ? 0 : left);
      for (let x = 0; x < width; x++)
        pixels[to + x] = colour(maps.values[row + Math.floor((x * columns) / width)] ?? Number.NaN);
    }
  }
  show();
}

const scaledTo = (most: number, side: number, other: number): number =>
  Math.min(side, Math.ceil((most * side) / Math.max(side, other)));

function tilesOf({ shape, count }: FeatureMaps) {
  return shape.length === 3
    ? { rows: shape[0], columns: shape[1], count: Math.min(mostMaps, count) }
    : { rows: 1, columns: shape[0], count: 1 };
}

function colouring(palette: Palette, { low, high }: Span): (value: number) => number {
  const last = palette.length - 1;
  const scale = high > low ? last / (high - low) : 0;
  return (value) => {
    const place = Math.round((value - low) * scale);
    return Number.isNaN(value) ? 0 : (palette[Math.max(0, Math.min(last, place))] ?? 0);
  };
}

interface Picture {
  readonly image: ImageData;
  readonly pixels: Uint32Array;
  readonly show: () => void;
}

// The pixels of the last painting, since making them anew costs more than filling them.
const pictures = new WeakMap<HTMLCanvasElement, Picture>();

function pictureOf(canvas: HTMLCanvasElement, width: number, height: number): Picture | undefined {
  const known = pictures.get(canvas);
  if (known && canvas.width === width && canvas.height === height) return known;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context || width < 1 || height < 1) return undefined;
  const image = context.createImageData(width, height);
  const picture = {
    image,
    pixels: new Uint32Array(image.data.buffer),
    show: () => context.putImageData(image, 0, 0),
  };
  pictures.set(canvas, picture);
  return picture;
}
