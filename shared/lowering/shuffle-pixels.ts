import { permutation } from "../nodes/random.ts";
import { isImage, type Shape } from "../nodes/shape.ts";
import { type Lower, permuted, reshaped, type StockLayer, tableLayer } from "./lowering.ts";

/** The permutation's matrix, applied to each channel's row of pixels. */
export const shufflePixels: Lower = ({ args: { seed } }, shape) => {
  const places = isImage(shape) ? shape[0] * shape[1] : shape[0];
  const table = (): Float32Array => {
    // [from, to]: 1 where the pixel goes, else 0.
    const values = new Float32Array(places * places);
    for (const [to, from] of permutation(places, Number(seed)).entries()) values[from * places + to] = 1;
    return values;
  };
  return { layers: layersFor(shape, places, table), numbers: places * places };
};

function layersFor(shape: Shape, places: number, table: () => Float32Array): readonly StockLayer[] {
  if (!isImage(shape)) return [tableLayer(shape, places, table)];
  const [, , channels] = shape;
  if (channels === 1) return [reshaped([places]), tableLayer([places], places, table), reshaped(shape)];
  // Dense works along the last axis, so the pixels must stand there.
  const [rows, columns] = [
    [places, channels],
    [channels, places],
  ] as const;
  return [
    reshaped(rows),
    permuted(rows, [2, 1]),
    tableLayer(columns, places, table),
    permuted(columns, [2, 1]),
    reshaped(shape),
  ];
}
