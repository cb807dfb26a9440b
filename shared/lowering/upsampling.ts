import { both } from "../nodes/kind.ts";
import { type Lower, permuted, type StockLayer, tableLayer } from "./lowering.ts";

/**
 * A table of shares for the rows, then one for the columns: for blending, which tfjs's own layer does between other
 * places, and for the few sizes at which that layer repeats a wrong pixel.
 */
export const upsampling: Lower = ({ args: { size, interpolation } }, image) => {
  const [height, width = 1] = image;
  const [down, right] = both(size);
  const blends = interpolation === "bilinear";
  if (!blends && !misplaces(height, down) && !misplaces(width, right)) return undefined;
  // Dense works along the last axis, so rows and columns stand there for a while.
  const rows = lastAxisEnlarged(image, [3, 2, 1], () => sharesFrom(height, down, blends), height * down);
  const taller = [height * down, ...image.slice(1)];
  const columns = lastAxisEnlarged(taller, [1, 3, 2], () => sharesFrom(width, right, blends), width * right);
  return {
    layers: [...rows, ...columns],
    numbers: Math.max(height * height * down, width * width * right),
  };
};

/** An axis brought to the end by an order of axes that is its own way back, and there enlarged by a table. */
function lastAxisEnlarged(
  image: readonly number[],
  order: readonly number[],
  table: () => Float32Array,
  to: number,
): readonly StockLayer[] {
  const turned = permuted(image, order);
  const enlarged = tableLayer(turned.output, to, table);
  return [turned, enlarged, permuted(enlarged.output, order)];
}

/**
 * tfjs looks for the pixel to repeat at ⌊place · (1 / times)⌋, which rounding makes one too small: of the sizes up to 64
 * for 49 in double precision, for 41, 47, 55 and 61 in single.
 */
function misplaces(length: number, times: number): boolean {
  const single = Math.fround(1 / times);
  return Array.from({ length: length * times }, (_, at) => at).some((at) => {
    const from = Math.floor(at / times);
    return Math.floor(at * (1 / times)) !== from || Math.floor(Math.fround(at * single)) !== from;
  });
}

/** [from, to]. */
function sharesFrom(length: number, times: number, blends: boolean): Float32Array {
  const to = length * times;
  const shares = blends ? sharesOf(length, times) : undefined;
  return Float32Array.from({ length: length * to }, (_, cell) => {
    const [from, at] = [Math.floor(cell / to), cell % to];
    return shares ? (shares[at * length + from] ?? 0) : Number(Math.floor(at / times) === from);
  });
}

/**
 * [length · times, length]: output i lies at (i + ½) / times − ½ between two inputs and takes of each the more the nearer
 * it is; outside the border the nearest one counts for both (half-pixel centres, as in Keras' UpSampling2D).
 */
export function sharesOf(length: number, times: number): Float32Array {
  const shares = new Float32Array(length * times * length);
  for (let to = 0; to < length * times; to++) {
    const at = (to + 0.5) / times - 0.5;
    const before = Math.floor(at);
    for (const [from, share] of [
      [before, before + 1 - at],
      [before + 1, at - before],
    ] as const) {
      const place = to * length + Math.min(Math.max(from, 0), length - 1);
      shares[place] = (shares[place] ?? 0) + share;
    }
  }
  return shares;
}
