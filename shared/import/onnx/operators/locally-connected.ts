import { worth } from "../../../nodes/expression.ts";
import { isRefusal } from "../../../nodes/kind.ts";
import type { Value } from "../../../nodes/settings.ts";
import { isImage, volume } from "../../../nodes/shape.ts";
import { type Padding, paddingAlong, slide } from "../../../nodes/window.ts";
import { type Flow, imageFlow, placesOf } from "../flow.ts";
import { arrayAt, gap, type Readers, type Site } from "../site.ts";
import { type Known, listOf } from "../tensor.ts";
import { imageAt } from "../views.ts";
import { sizeSetting } from "./padding.ts";

export const locallyConnected: Readers = { LocallyConnected: locallyConnected2d };

/**
 * Our own way to write it (shared/emit/onnx): tables of the rows and columns that each window holds, [count, size], and a
 * kernel [places, height · width · channels, filters], whose numbers lie as ours do.
 */
function locallyConnected2d(site: Site): Flow {
  const image = imageAt(site, site.flow(0), placesOf.last);
  const { shape } = image;
  if (!isImage(shape)) return gap("It needs an image.");
  const [rows, columns] = [arrayAt(site, 1, "table of rows"), arrayAt(site, 2, "table of columns")];
  const kernel = arrayAt(site, 3, "kernel");
  const border = site.has(4) ? listOf(arrayAt(site, 4, "border")) : [];
  const pads = [border[1] ?? 0, border[2] ?? 0, border[5] ?? 0, border[6] ?? 0];
  const size = [rows.dims[1] ?? 1, columns.dims[1] ?? 1] as const;
  const counts = [rows.dims[0] ?? 1, columns.dims[0] ?? 1] as const;
  const [places = 1, depth = 1, filters = 1] = kernel.dims;
  if (kernel.dims.length !== 3 || places !== counts[0] * counts[1] || depth !== size[0] * size[1] * shape[2])
    return gap(
      `Its kernel ${kernel.dims.join("×")} does not fit ${counts.join("×")} windows of ${size.join("×")}×${shape[2]}.`,
    );
  const found = settingsFor(site, shape, size, counts, pads, [strideOf(rows), strideOf(columns)]);
  if (!found) return gap("Its windows do not stand at regular places.");
  const bias = site.has(5) ? arrayAt(site, 5, "bias") : undefined;
  if (bias && volume(bias.dims) !== places * filters)
    return gap(`Its bias ${bias.dims.join("×")} does not fit ${places} places.`);
  const values = {
    ...found,
    filters,
    kernel: sizeSetting(size),
    bias: bias !== undefined,
    activation: "linear",
  };
  const layer = site.place("locallyConnected2d", values, [image], {
    arrays: {
      kernel: () => ({ shape: [...counts, ...size, shape[2], filters], values: kernel.floats() }),
      ...(bias ? { bias: () => ({ shape: [...counts, filters], values: bias.floats() }) } : {}),
    },
  });
  return imageFlow(layer, layer.shape, "last");
}

/** From one window to the next; undefined where there is one only, and NaN where they are not regular. */
function strideOf(table: Known): number | undefined {
  const [count = 1, size = 1] = table.dims;
  const list = listOf(table);
  const stride = count > 1 ? (list[size] ?? 0) : undefined;
  const isRegular = list.every((it, at) => it === Math.floor(at / size) * (stride ?? 1) + (at % size));
  return isRegular ? stride : Number.NaN;
}

/** Stride and padding, those of a layer of our own where they give the same windows. */
function settingsFor(
  site: Site,
  [height, width, channels]: readonly [number, number, number],
  size: readonly [number, number],
  counts: readonly [number, number],
  pads: readonly number[],
  strides: readonly [number | undefined, number | undefined],
): { readonly stride: Value; readonly padding: Padding } | undefined {
  const told = site.own?.values.stride;
  const own = typeof told === "number" ? [told, told] : Array.isArray(told) ? told : [];
  const choices = [own, [1, 1], [height, width]].map((them) =>
    strides.map((it, axis) => it ?? Number(them[axis] ?? 1)),
  );
  const wanted: readonly Padding[] =
    site.own?.values.padding === "valid" ? ["valid", "same"] : ["same", "valid"];
  for (const padding of wanted)
    for (const [down = 1, right = 1] of choices) {
      const zeros = [
        paddingAlong(height, size[0], down, padding),
        paddingAlong(width, size[1], right, padding),
      ].flat();
      const [top, bottom, left, right2] = zeros;
      if (![top, left, bottom, right2].every((it, side) => it === pads[side])) continue;
      const places = slide([height, width, channels], { size, stride: [down, right], padding }, "kernel");
      if (!isRefusal(places) && places.every((it, axis) => worth(it) === counts[axis]))
        return { stride: sizeSetting([down, right]), padding };
    }
  return undefined;
}
