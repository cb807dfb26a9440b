import * as tf from "@tensorflow/tfjs-core";
import { sumColumns, sumRows } from "../../run-reduction.ts";
import { runCrossEntropy, runSoftmax, runSoftmaxGradient } from "../../run-softmax.ts";
import { type Check, draw, onCpu, positive, trial, whole } from "./trial.ts";

const [rows, columns] = [5, 7];
const labels = [3, 0, 6, 1, 5];

const columnSums = (outer: number, rows: number, columns: number): Check =>
  trial({
    what: `${outer} times ${rows} rows`,
    inputs: { x: draw(outer, rows, columns) },
    results: [outer * columns],
    run: (backend, { x }, [out = 0]) => sumColumns(backend, outer, rows, columns, x, out, 0.5),
    expected: onCpu(({ x }) => tf.mul(tf.sum(x, 1), 0.5)),
  });

export const reductions = {
  // So many rows that they are summed in parts.
  sumParts: [columnSums(1, 1100, 5)],
  sumColumns: [columnSums(3, 9, 11)],
  sumRows: [
    trial({
      what: "means",
      inputs: { x: draw(rows, columns) },
      results: [rows],
      run: (backend, { x }, [out = 0]) => sumRows(backend, rows, columns, x, out, 1 / columns),
      expected: onCpu(({ x }) => tf.mean(x, 1)),
    }),
  ],
  softmax: [
    trial({
      what: "along rows",
      inputs: { x: draw(rows, columns) },
      results: [rows * columns],
      run: (backend, { x }, [out = 0]) => runSoftmax(backend, rows, columns, x, out),
      expected: onCpu(({ x }) => tf.softmax(x)),
    }),
  ],
  softmaxGradient: [
    trial({
      what: "along rows",
      inputs: { y: positive(rows, columns), dy: draw(rows, columns) },
      results: [rows * columns],
      run: (backend, { y, dy }, [dx = 0]) => runSoftmaxGradient(backend, rows, columns, y, dy, dx),
      expected: onCpu(({ y, dy }) => tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), 1, true)))),
    }),
  ],
  crossEntropy: [
    trial({
      what: "of rows",
      inputs: { logits: draw(rows, columns) },
      results: [2 * rows, rows * columns],
      run: (backend, { logits }, [found = 0, gradient = 0], arrays) =>
        runCrossEntropy(backend, {
          ...{ rows, columns, logits, labels: whole(arrays, ...labels), found, gradient },
        }),
      // −∞ for the label makes the loss infinite, and for another class it has no part in the loss. tfjs's own loss is
      // NaN then, because it multiplies every logarithm by 0 or 1.
      expected: onCpu(({ logits }) => {
        const wanted = tf.tensor1d(labels, "int32");
        const places = labels.map((it, row) => columns * row + it);
        const own = tf.gather(tf.reshape(logits, [-1]), tf.tensor1d(places, "int32"));
        const most = tf.max(logits, 1, true);
        const sum = tf.sum(tf.exp(tf.sub(logits, most)), 1);
        const loss = tf.add(tf.log(sum), tf.sub(tf.reshape(most, [rows]), own));
        const right = tf.cast(tf.equal(tf.argMax(logits, 1), wanted), "float32");
        const gradient = tf.div(tf.sub(tf.softmax(logits), tf.oneHot(wanted, columns)), rows);
        return [tf.stack([loss, right], 1), gradient];
      }),
    }),
  ],
};
