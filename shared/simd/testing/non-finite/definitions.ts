// What kernels without a tfjs counterpart compute, in plain loops and double precision.

import type { backend_util } from "@tensorflow/tfjs-core";
import type { LocallyConnectedSize } from "../../run-locally-connected.ts";
import type { Upsampling } from "../../run-upsampling.ts";

type Numbers = ArrayLike<number>;

/** Number `to` of a result takes `from` of one operand times `by` of another. */
export interface Product {
  readonly to: number;
  readonly from: number;
  readonly by: number;
}

/** The sums over all products of a · b at the places that `into` and the operands' names say: a convolution or a gradient. */
export function sumOfProducts(
  products: readonly Product[],
  into: keyof Product,
  [atA, a]: readonly [keyof Product, Numbers],
  [atB, b]: readonly [keyof Product, Numbers],
  length: number,
): Float64Array {
  const out = new Float64Array(length);
  for (const it of products) out[it[into]] = (out[it[into]] ?? 0) + (a[it[atA]] ?? 0) * (b[it[atB]] ?? 0);
  return out;
}

/** Of the pixels inside the image alone: nothing is multiplied by the padding. */
export function locallyConnectedProducts(size: LocallyConnectedSize): readonly Product[] {
  const { images, height, width, channels, outHeight, outWidth, filters, kernelHeight, kernelWidth } = size;
  const positions = outHeight * outWidth;
  const cells = kernelHeight * kernelWidth;
  const products: Product[] = [];
  for (let to = 0; to < images * positions * filters; to++) {
    const filter = to % filters;
    const position = Math.floor(to / filters) % positions;
    const image = Math.floor(to / filters / positions);
    for (let cell = 0; cell < cells; cell++) {
      const row =
        Math.floor(position / outWidth) * size.strideHeight - size.padTop + Math.floor(cell / kernelWidth);
      const column = (position % outWidth) * size.strideWidth - size.padLeft + (cell % kernelWidth);
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      for (let channel = 0; channel < channels; channel++)
        products.push({
          to,
          from: ((image * height + row) * width + column) * channels + channel,
          by: ((position * cells + cell) * channels + channel) * filters + filter,
        });
    }
  }
  return products;
}

/** What each pixel of the large image takes of the small one; the second operand are shares. */
export function bilinearProducts({ images, height, width, channels, down, right }: Upsampling): {
  readonly products: readonly Product[];
  readonly shares: readonly number[];
} {
  const [rows, columns] = [neighbours(height, down), neighbours(width, right)];
  const products: Product[] = [];
  const shares: number[] = [];
  for (let image = 0; image < images; image++)
    for (const [row, above] of rows.entries())
      for (const [column, left] of columns.entries())
        for (const [y, high] of above)
          for (const [x, wide] of left)
            for (let channel = 0; channel < channels; channel++) {
              const to = ((image * rows.length + row) * columns.length + column) * channels + channel;
              const from = ((image * height + y) * width + x) * channels + channel;
              products.push({ to, from, by: shares.length });
              shares.push(high * wide);
            }
  return { products, shares };
}

/** For each place of the long axis those of the short one that it lies between, with their shares if they have any. */
const neighbours = (length: number, times: number): readonly (readonly (readonly [number, number])[])[] =>
  Array.from({ length: length * times }, (_, to) => {
    const at = (to + 0.5) / times - 0.5;
    const before = Math.floor(at);
    const inside = (place: number): number => Math.min(Math.max(place, 0), length - 1);
    const both = [
      [inside(before), before + 1 - at],
      [inside(before + 1), at - before],
    ] as const;
    return both.filter(([, share]) => share > 0);
  });

/** For each number that a pool puts out the places of those that its window holds, row by row. */
export function windowsOf(info: backend_util.Conv2DInfo): readonly (readonly number[])[] {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = info;
  const windows: number[][] = [];
  for (let image = 0; image < batchSize; image++)
    for (let row = 0; row < outHeight; row++)
      for (let column = 0; column < outWidth; column++)
        for (let channel = 0; channel < inChannels; channel++) {
          const window: number[] = [];
          const [top, left] = [
            row * info.strideHeight - info.padInfo.top,
            column * info.strideWidth - info.padInfo.left,
          ];
          for (let y = Math.max(0, top); y < Math.min(inHeight, top + info.filterHeight); y++)
            for (let x = Math.max(0, left); x < Math.min(inWidth, left + info.filterWidth); x++)
              window.push(((image * inHeight + y) * inWidth + x) * inChannels + channel);
          windows.push(window);
        }
  return windows;
}

/** Places of a window's largest numbers. NaN counts as one of them, as nothing is known to exceed it. */
export function largestOf(window: readonly number[], x: Numbers): readonly number[] {
  const most = window.reduce(
    (most, at) => ((x[at] ?? 0) > most ? (x[at] ?? 0) : most),
    Number.NEGATIVE_INFINITY,
  );
  return window.filter((at) => !((x[at] ?? 0) < most));
}
