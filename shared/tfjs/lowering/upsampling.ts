import { call } from "../../nodes/kind.ts";
import { both } from "../layers/behaviour.ts";
import { sharesOf } from "../layers/upsampling.ts";
import { type Lower, type Table, tableLayer } from "./lowering.ts";

/** Blending, which tfjs's own layer does between other places: a table of shares for the rows, then one for the columns. */
export const upsampling: Lower = ({ args: { size, interpolation } }, [height, width = 1]) => {
  if (interpolation !== "bilinear") return undefined;
  const [down, right] = both(size);
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
    arrays: () => [sharesFrom(height, down), sharesFrom(width, right)],
  };
};

/** [from, to]. */
function sharesFrom(length: number, times: number): Table {
  const shares = sharesOf(length, times);
  const to = length * times;
  return {
    shape: [length, to],
    values: shares.map((_, at) => shares[(at % to) * length + Math.floor(at / to)] ?? 0),
  };
}
