import { call } from "../../nodes/kind.ts";
import { both } from "../layers/behaviour.ts";
import { sharesOf } from "../layers/upsampling.ts";
import { type Lower, type Table, tableLayer } from "./lowering.ts";

/**
 * A table of shares for the rows, then one for the columns: for blending, which tfjs's own layer does between other
 * places, and for the few sizes at which that layer repeats a wrong pixel.
 */
export const upsampling: Lower = ({ args: { size, interpolation } }, [height, width = 1]) => {
  const [down, right] = both(size);
  const blends = interpolation === "bilinear";
  if (!blends && !misplaces(height, down) && !misplaces(width, right)) return undefined;
  // Dense works along the last axis, so rows and columns stand there for a while.
  const rowsLast = call("permute", { dims: [3, 2, 1] });
  const columnsLast = call("permute", { dims: [1, 3, 2] });
  return {
    calls: [
      rowsLast,
      tableLayer(height * down),
      rowsLast,
      columnsLast,
      tableLayer(width * right),
      columnsLast,
    ],
    numbers: Math.max(height * height * down, width * width * right),
    arrays: () => [sharesFrom(height, down, blends), sharesFrom(width, right, blends)],
  };
};

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
function sharesFrom(length: number, times: number, blends: boolean): Table {
  const to = length * times;
  const shares = blends ? sharesOf(length, times) : undefined;
  const values = Float32Array.from({ length: length * to }, (_, cell) => {
    const [from, at] = [Math.floor(cell / to), cell % to];
    return shares ? (shares[at * length + from] ?? 0) : Number(Math.floor(at / times) === from);
  });
  return { shape: [length, to], values };
}
