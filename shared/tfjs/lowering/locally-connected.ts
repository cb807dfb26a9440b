import { call, isCall } from "../../nodes/kind.ts";
import { type Shape, volume } from "../../nodes/shape.ts";
import { both } from "../layers/behaviour.ts";
import { type Windows, windowsAlong } from "../layers/windows.ts";
import { type Lower, tableLayer } from "./lowering.ts";

/** A dense layer from all pixels to all places, with zeros wherever a place does not look. */
export const locallyConnected: Lower = ({ args }, image, output) => {
  const { activation = "linear", useBias } = args;
  const [from, to] = [volume(image), volume(output)];
  return {
    calls: [
      call("reshape", { targetShape: [from] }),
      tableLayer(to, useBias === true),
      call("reshape", { targetShape: output }),
      // Behind the reshape, since softmax looks along the channels.
      ...(isCall(activation) || activation === "linear" ? [] : [call("activation", { activation })]),
    ],
    numbers: from * to,
    arrays([kernel = new Float32Array(), bias]) {
      const [height, width = 1] = image;
      const [size, stride] = [both(args.kernelSize), both(args.strides)];
      const padding = args.padding === "same" ? "same" : "valid";
      const rows = windowsAlong(height, size[0], stride[0], padding);
      const columns = windowsAlong(width, size[1], stride[1], padding);
      const table = { shape: [from, to], values: spreadOut(kernel, image, rows, columns) };
      return bias ? [table, { shape: [to], values: bias }] : [table];
    },
  };
};

/** [rows, columns, kernel height, kernel width, channels, filters] as [pixels, places]; cells in the padding are left out. */
function spreadOut(
  kernel: Float32Array,
  [height, width = 1, channels = 1]: Shape,
  rows: Windows,
  columns: Windows,
): Float32Array {
  const places = rows.places * columns.places;
  const cells = rows.size * columns.size;
  const filters = kernel.length / (places * cells * channels);
  const to = places * filters;
  const table = new Float32Array(height * width * channels * to);
  for (let place = 0; place < places; place++)
    for (let cell = 0; cell < cells; cell++) {
      const row = seen(rows, Math.floor(place / columns.places), Math.floor(cell / columns.size));
      const column = seen(columns, place % columns.places, cell % columns.size);
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      for (let channel = 0; channel < channels; channel++) {
        const start = ((place * cells + cell) * channels + channel) * filters;
        const pixel = (row * width + column) * channels + channel;
        table.set(kernel.subarray(start, start + filters), pixel * to + place * filters);
      }
    }
  return table;
}

const seen = ({ stride, before }: Windows, place: number, cell: number): number =>
  place * stride - before + cell;
