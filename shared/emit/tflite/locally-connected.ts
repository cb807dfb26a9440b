import { paddingAlong } from "../../nodes/window.ts";
import { activated } from "./activations.ts";
import { sizesOf } from "./convolutions.ts";
import { flag, fused, int } from "./schema.ts";
import { reshaped, type Site, storedOf, type TensorIndex } from "./site.ts";

/**
 * A product of matrices for every place. As in ONNX the windows are gathered row by row, then column by column, so that
 * the tables of places stay small beside the weights.
 */
export function locallyConnected2d(site: Site): TensorIndex {
  const { values, inputs } = site.step;
  const [height = 1, width = 1, channels = 1] = inputs[0] ?? [];
  const { shape, values: weights } = storedOf(site, "kernel");
  const [rows = 1, columns = 1, down = 1, across = 1, , filters = 1] = shape;
  const places = rows * columns;
  const depth = down * across * channels;
  const strides = sizesOf(values.stride);
  const padding = values.padding === "same" ? "same" : "valid";
  const [top, bottom] = paddingAlong(height, down, strides[0], padding);
  const [left, right] = paddingAlong(width, across, strides[1], padding);
  const wide = width + left + right;
  const image =
    top + bottom + left + right > 0
      ? site.add(
          "PAD",
          [site.source(), site.ints("border", [4, 2], [0, 0, top, bottom, left, right, 0, 0])],
          site.part("padded", [-1, height + top + bottom, wide, channels]),
        )
      : site.source();
  const byRow = site.add(
    "GATHER",
    [image, site.ints("rows", [rows * down], windowCells(rows, down, strides[0]))],
    site.part("by_row", [-1, rows * down, wide, channels]),
    [int(1), int(0)],
  );
  const windows = site.add(
    "GATHER",
    [byRow, site.ints("columns", [columns * across], windowCells(columns, across, strides[1]))],
    site.part("windows", [-1, rows * down, columns * across, channels]),
    [int(2), int(0)],
  );
  // The cells of each place side by side, then the places before the examples.
  const split = reshaped(site, windows, site.part("split", [-1, down, columns, across * channels]));
  const perRow = site.add(
    "TRANSPOSE",
    [split, site.ints("cells_last", [4], [0, 2, 1, 3])],
    site.part("by_place", [-1, columns, down, across * channels]),
  );
  const byExample = reshaped(site, perRow, site.part("by_example", [-1, places, depth]));
  const seen = site.add(
    "TRANSPOSE",
    [byExample, site.ints("places_first", [3], [1, 0, 2])],
    site.part("seen", [places, -1, depth]),
  );
  const products = site.add(
    "BATCH_MATMUL",
    [seen, site.floats("kernel", [places, depth, filters], weights)],
    site.part("products", [places, -1, filters]),
    [flag(false), flag(false), flag(false)],
  );
  const turned = site.add(
    "TRANSPOSE",
    [products, site.ints("examples_first", [3], [1, 0, 2])],
    site.part("turned", [-1, places, filters]),
  );
  const bias = site.stored("bias");
  return activated(site, (output, fusing) => {
    if (!bias && fusing === fused.none) return reshaped(site, turned, output);
    const maps = reshaped(site, turned, site.part("maps"));
    const shift = bias?.values ?? new Float32Array(1);
    const shiftShape = bias ? [1, ...bias.shape] : [1];
    return site.add("ADD", [maps, site.floats(bias ? "bias" : "no_bias", shiftShape, shift)], output, [
      fusing,
    ]);
  });
}

/** Which cells of an axis each of `count` windows holds, window by window. */
const windowCells = (count: number, size: number, stride: number): Int32Array =>
  Int32Array.from({ length: count * size }, (_, at) => Math.floor(at / size) * stride + (at % size));
