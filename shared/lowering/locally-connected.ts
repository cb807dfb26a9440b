import { both, call, isCall } from "../nodes/kind.ts";
import { volume } from "../nodes/shape.ts";
import { type Lower, reshaped, type StockLayer } from "./lowering.ts";

/**
 * Windows unfolded by a convolution that copies each cell into a channel; a depthwise layer of one pixel, whose channels
 * are the cells of all places, with the design's kernel as it is; then each place's mean, times the number of its cells.
 * It still learns, and holds little more than the design's layer.
 */
export const locallyConnected: Lower = ({ args }, [, , channels = 1], output) => {
  const { activation = "linear", useBias, strides = 1, padding = "valid", trainable = true } = args;
  const [height, width] = both(args.kernelSize);
  const [rows, columns = 1, filters = 1] = output;
  const depth = height * width * channels;
  const places = rows * columns;
  const unfolded: StockLayer = {
    call: call("conv2d", {
      filters: depth,
      kernelSize: [height, width],
      strides,
      padding,
      useBias: false,
      trainable: false,
    }),
    output: [rows, columns, depth],
    arrays: () => [{ shape: [height, width, channels, depth], values: diagonal(depth) }],
  };
  const weighed: StockLayer = {
    call: call("depthwiseConv2d", { kernelSize: 1, depthMultiplier: filters, useBias: false, trainable }),
    output: [1, 1, places * depth * filters],
    arrays: ([kernel = new Float32Array()]) => [{ shape: [1, 1, places * depth, filters], values: kernel }],
  };
  const mean: StockLayer = {
    call: call("averagePooling2d", { poolSize: [1, depth], strides: [1, depth], padding: "valid" }),
    output: [places, 1, filters],
  };
  return {
    layers: [
      unfolded,
      reshaped([1, 1, places * depth]),
      weighed,
      reshaped([places, depth, filters]),
      mean,
      ...(useBias === true ? summed(places * filters, depth, trainable) : [scaled(mean.output, depth)]),
      reshaped(output),
      // Behind the reshape, since softmax looks along the channels.
      ...(isCall(activation) || activation === "linear"
        ? []
        : [{ call: call("activation", { activation }), output }]),
    ],
    numbers: Math.max(depth * depth, volume([places, depth, filters])),
  };
};

/** 1 where a cell meets its channel, else 0. */
function diagonal(length: number): Float32Array {
  const values = new Float32Array(length * length);
  for (let at = 0; at < length; at++) values[at * length + at] = 1;
  return values;
}

/** Sums from means, and a bias for each: one pixel whose channels have a factor and a bias each. */
const summed = (
  values: number,
  cells: number,
  trainable: StockLayer["call"]["args"][string],
): readonly StockLayer[] => [
  reshaped([1, 1, values]),
  {
    call: call("depthwiseConv2d", { kernelSize: 1, depthMultiplier: 1, useBias: true, trainable }),
    output: [1, 1, values],
    arrays: ([, bias = new Float32Array()]) => [
      { shape: [1, 1, values, 1], values: new Float32Array(values).fill(cells) },
      { shape: [values], values: bias },
    ],
  },
];

const scaled = (output: readonly number[], cells: number): StockLayer => ({
  call: call("rescaling", { scale: cells, offset: 0 }),
  output,
});
