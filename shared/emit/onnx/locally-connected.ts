import { activated } from "./activations.ts";
import { integers, kept, storedOf } from "./arrays.ts";
import { slidingOf } from "./convolutions.ts";
import type { Site } from "./site.ts";

/**
 * A product of matrices for every place: ONNX has no such layer. The windows are gathered row by row, then column by
 * column, so that the tables of places stay small beside the weights, which are kept as they are.
 */
export function locallyConnected2d(site: Site): void {
  const { kernel, strides, pads } = slidingOf(site, "kernel");
  const { shape, values } = storedOf(site, "kernel");
  const [rows = 1, columns = 1, height = 1, width = 1, channels = 1, filters = 1] = shape;
  const places = rows * columns;
  const depth = height * width * channels;
  const [top, left, bottom, right] = pads;
  const image = pads.some((it) => it > 0)
    ? site.add(
        "Pad",
        [site.source("last"), integers(site, "border", [0, top, left, 0, 0, bottom, right, 0])],
        site.part("padded"),
      )
    : site.source("last");
  const along = (name: string, count: number, axis: 0 | 1): string =>
    site.array(name, [count, kernel[axis]], windowTable(count, kernel[axis], strides[axis]));
  // [N, rows, height, W, C], then [N, rows, height, columns, width, C].
  const byRow = site.add("Gather", [image, along("rows", rows, 0)], site.part("by_row"), { axis: 1 });
  const windows = site.add("Gather", [byRow, along("columns", columns, 1)], site.part("windows"), {
    axis: 3,
  });
  const byPlace = site.add("Transpose", [windows], site.part("by_place"), { perm: [1, 3, 0, 2, 4, 5] });
  const seen = site.add(
    "Reshape",
    [byPlace, integers(site, "windows_shape", [places, -1, depth])],
    site.part("seen"),
  );
  const product = site.add(
    "MatMul",
    [seen, site.array("kernel", [places, depth, filters], values)],
    site.part("products"),
  );
  const byExample = site.add("Transpose", [product], site.part("by_example"), { perm: [1, 0, 2] });
  const shapeOfMaps = integers(site, "maps_shape", [0, rows, columns, filters]);
  const [bias] = kept(site, "bias");
  activated(site, "last", (output) => {
    const maps = site.add("Reshape", [byExample, shapeOfMaps], bias ? site.part("maps") : output);
    if (bias) site.add("Add", [maps, bias], output);
  });
}

/** Which cells of an axis each of `count` windows holds: [count, size]. */
const windowTable = (count: number, size: number, stride: number): Int32Array =>
  Int32Array.from({ length: count * size }, (_, at) => Math.floor(at / size) * stride + (at % size));
