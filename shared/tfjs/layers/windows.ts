import * as tf from "@tensorflow/tfjs-core";
import { type Padding, paddingAlong } from "../../nodes/window.ts";

/** How windows stand along one axis. */
export interface Windows {
  readonly size: number;
  readonly stride: number;
  readonly places: number;
  readonly before: number;
  /** Length of the axis with zeros in front and so many behind, or cut off, that it holds whole strides only. */
  readonly framed: number;
}

export function windowsAlong(length: number, size: number, stride: number, padding: Padding): Windows {
  const [before, behind] = paddingAlong(length, size, stride, padding);
  const places = Math.floor((length + before + behind - size) / stride) + 1;
  return { size, stride, places, before, framed: stride * (places + Math.floor((size - 1) / stride)) };
}

/**
 * What each window sees: images [n, height, width, channels] → [places, n, size · channels], places row by row, cells row
 * by row. Only pads and slices, whose gradients tfjs has right on every backend; it has none for slices with strides, so
 * that rows and columns are first laid out by their remainder.
 */
export function unfolded(images: tf.Tensor, rows: Windows, columns: Windows): tf.Tensor3D {
  const [count = 1, , , channels = 1] = images.shape;
  const depth = count * channels;
  const framed = frame(tf.transpose(images, [1, 2, 0, 3]), rows, columns);
  const byRemainder = tf.reshape(framed, [
    rows.framed / rows.stride,
    rows.stride,
    columns.framed / columns.stride,
    columns.stride * depth,
  ]);
  const places = rows.places * columns.places;
  const cells: tf.Tensor3D[] = [];
  for (let row = 0; row < rows.size; row++)
    for (let column = 0; column < columns.size; column++) {
      const cell = tf.slice(
        byRemainder,
        [
          Math.floor(row / rows.stride),
          row % rows.stride,
          Math.floor(column / columns.stride),
          (column % columns.stride) * depth,
        ],
        [rows.places, 1, columns.places, depth],
      );
      cells.push(tf.reshape(cell, [places, count, channels]));
    }
  return tf.concat(cells, 2);
}

/** Zeros around [height, width, …], and behind the last window cut off what no window reaches. */
function frame(image: tf.Tensor, rows: Windows, columns: Windows): tf.Tensor {
  const [height = 1, width = 1, count = 1, channels = 1] = image.shape;
  const seen = [
    Math.min(height, rows.framed - rows.before),
    Math.min(width, columns.framed - columns.before),
  ] as const;
  const cut =
    seen[0] < height || seen[1] < width
      ? tf.slice(image, [0, 0, 0, 0], [seen[0], seen[1], count, channels])
      : image;
  return tf.pad(cut, [
    [rows.before, rows.framed - rows.before - seen[0]],
    [columns.before, columns.framed - columns.before - seen[1]],
    [0, 0],
    [0, 0],
  ]);
}
