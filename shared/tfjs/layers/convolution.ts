import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { both, type Call } from "../../nodes/kind.ts";
import { paddingAlong, span } from "../../nodes/window.ts";
import { type Behaviour, one, stockBehaviour } from "./behaviour.ts";

/** Whether tfjs's own layer would not do: it cannot train a dilated convolution, and is slow without an activation. */
export const needsUnfusing = ({ dilationRate, activation }: Call["args"]): boolean =>
  both(dilationRate).some((it) => it > 1) || activation === "linear";

/**
 * A convolution, its bias and its activation one after the other. Of a convolution without activation tfjs's fused kernel
 * computes the gradient by the input even where nobody wants it: in a first layer a third of the work.
 */
export function unfused(
  layer: tfl.layers.Layer,
  args: Call["args"],
  activation: tfl.layers.Layer,
): Behaviour {
  const stock = stockBehaviour(layer);
  const dilation = both(args.dilationRate);
  const padding = args.padding === "same" ? "same" : "valid";
  const convolve = dilation.some((it) => it > 1)
    ? (images: tf.Tensor4D, kernel: tf.Tensor4D) => dilatedConvolution(images, kernel, dilation, padding)
    : (images: tf.Tensor4D, kernel: tf.Tensor4D) => tf.conv2d(images, kernel, both(args.strides), padding);
  return (input, training) => {
    if (!training) return stock(input, false);
    const [kernel, bias] = layer.weights.map((it) => it.read());
    if (!kernel) throw new Error(`Layer ${layer.name} has no kernel.`);
    const sums = convolve(input as tf.Tensor4D, kernel as tf.Tensor4D);
    return one(activation.call(bias ? tf.add(sums, bias) : sums, {}));
  };
}

/**
 * A convolution of stride 1 whose kernel's cells stand apart, with the gradient that tfjs lacks: by the images another
 * such convolution, by each cell the product of the pixels under it with the slopes.
 */
export function dilatedConvolution(
  images: tf.Tensor4D,
  kernel: tf.Tensor4D,
  dilation: readonly [number, number],
  padding: "same" | "valid",
): tf.Tensor4D {
  const [, height, width] = images.shape;
  const [rows, columns] = kernel.shape;
  const [downSpan, rightSpan] = [span(rows, dilation[0]), span(columns, dilation[1])];
  const down = paddingAlong(height, downSpan, 1, padding);
  const right = paddingAlong(width, rightSpan, 1, padding);
  const convolving = tf.customGrad((x, by, save) => {
    // tfjs types the arguments of all custom gradients alike.
    const [pixels, cells] = [x, by] as [tf.Tensor4D, tf.Tensor4D];
    (save as tf.GradSaveFunc)([pixels, cells]);
    return {
      value: tf.conv2d(pixels, cells, 1, padding, "NHWC", [...dilation]),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
        const [was, weights] = saved as [tf.Tensor4D, tf.Tensor4D];
        const slopes = dy as tf.Tensor4D;
        return [
          tf.conv2d(
            slopes,
            tf.transpose(tf.reverse(weights, [0, 1]), [0, 1, 3, 2]),
            1,
            [
              [0, 0],
              [downSpan - 1 - down[0], downSpan - 1 - down[1]],
              [rightSpan - 1 - right[0], rightSpan - 1 - right[1]],
              [0, 0],
            ],
            "NHWC",
            [...dilation],
          ),
          cellGradient(tf.pad(was, [[0, 0], [...down], [...right], [0, 0]]), slopes, weights.shape, dilation),
        ];
      },
    };
  });
  return convolving(images, kernel) as tf.Tensor4D;
}

function cellGradient(
  framed: tf.Tensor4D,
  slopes: tf.Tensor4D,
  shape: readonly [number, number, number, number],
  [rowGap, columnGap]: readonly [number, number],
): tf.Tensor {
  const [rows, columns, channels, filters] = shape;
  const [images, height, width] = slopes.shape;
  const flatSlopes = tf.reshape(slopes, [-1, filters]);
  const cells: tf.Tensor[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const under = tf.slice(
        framed,
        [0, row * rowGap, column * columnGap, 0],
        [images, height, width, channels],
      );
      cells.push(tf.matMul(tf.reshape(under, [-1, channels]), flatSlopes, true));
    }
  return tf.reshape(tf.concat(cells), [...shape]);
}
