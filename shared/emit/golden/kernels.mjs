// Kernels by name – drawn with Receptive
//
// 28×28×1 → 10: 7,886 parameters, 7,850 of them trainable; 36,064 multiply-adds per image.
//
// It takes the weights of model.json if that lies beside it, else fresh ones.
// Needs Node.js 18 or a browser, and once: npm install @tensorflow/tfjs

import * as tf from "@tensorflow/tfjs";

// Weights that start at random, the same ones in every run.
let seed = 2;
const glorot = () => tf.initializers.glorotUniform({ seed: seed++ });

/** Random numbers from 0 to 1 (mulberry32): the same seed, the same numbers. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The numbers 0 to length - 1 in random order (Fisher-Yates). */
function permutation(length, seed) {
  const order = Array.from({ length }, (_, index) => index);
  const next = randomNumbers(seed);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** A file beside this one, in Node.js or a browser; undefined where there is none. */
async function read(name) {
  const url = new URL(name, import.meta.url);
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    const content = await readFile(url).catch(() => undefined);
    return content && new Uint8Array(content);
  }
  const answer = await fetch(url);
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
}

const examples = (values, labels) => ({
  x: tf.tensor(values, [labels.length, 28, 28, 1]),
  y: tf.oneHot(tf.tensor1d(labels, "int32"), 10).toFloat(),
});
const part = ({ x, y }, from, count) => ({
  x: x.slice(from, count),
  y: y.slice(from, count),
});

async function unzipped(bytes) {
  const stream = new Blob([bytes]).stream();
  const plain = stream.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

/** An IDX file: two zero bytes, type, rank, one big-endian size per axis, values. */
const valuesOf = (bytes) => bytes.subarray(4 + 4 * bytes[3]);

const pair = (pixels, labels) =>
  examples(
    Float32Array.from(valuesOf(pixels), (it) => it / 255),
    Int32Array.from(valuesOf(labels)),
  );

// Receptive draws its digits itself; MNIST holds their real counterparts (11 MB).
const origin = "https://storage.googleapis.com/cvdf-datasets/mnist";
async function download(name) {
  const answer = await fetch(`${origin}/${name}-ubyte.gz`);
  return unzipped(new Uint8Array(await answer.arrayBuffer()));
}

const train = pair(
  await download("train-images-idx3"),
  await download("train-labels-idx1"),
);
const test = pair(
  await download("t10k-images-idx3"),
  await download("t10k-labels-idx1"),
);

const image = tf.input({ shape: [28, 28, 1], name: "image" });
const sobel_x = tf.layers
  .conv2d({
    filters: 1,
    kernelSize: [3, 3],
    padding: "same",
    useBias: false,
    trainable: false,
    kernelInitializer: glorot(),
    name: "sobel_x",
  })
  .apply(image);
const sobel_y = tf.layers
  .conv2d({
    filters: 1,
    kernelSize: [3, 3],
    padding: "same",
    useBias: false,
    trainable: false,
    kernelInitializer: glorot(),
    name: "sobel_y",
  })
  .apply(image);
const laplace = tf.layers
  .conv2d({
    filters: 1,
    kernelSize: [3, 3],
    padding: "same",
    useBias: false,
    trainable: false,
    kernelInitializer: glorot(),
    name: "laplace",
  })
  .apply(image);
const gaussian = tf.layers
  .conv2d({
    filters: 1,
    kernelSize: [3, 3],
    padding: "same",
    useBias: false,
    trainable: false,
    kernelInitializer: glorot(),
    name: "gaussian",
  })
  .apply(image);
const concat_1 = tf.layers
  .concatenate({ name: "concat_1" })
  .apply([sobel_x, sobel_y, laplace, gaussian]);
const max_pool_1 = tf.layers
  .maxPooling2d({ poolSize: [2, 2], strides: [2, 2], name: "max_pool_1" })
  .apply(concat_1);
const flatten_1 = tf.layers.flatten({ name: "flatten_1" }).apply(max_pool_1);
const dense_1 = tf.layers
  .dense({ units: 10, kernelInitializer: glorot(), name: "dense_1" })
  .apply(flatten_1);
const model = tf.model({ inputs: image, outputs: dense_1 });

/**
 * Starts all kernels of a layer as one given kernel, laid on the image unflipped.
 * across "sum": every filter applies it to each channel and adds up.
 * across "channel": filter 0 sees channel 0 alone, filter 1 channel 1, and so on.
 */
function give(name, rows, across = "sum") {
  const layer = model.getLayer(name);
  const [old, ...others] = layer.getWeights();
  const [channels, filters] = old.shape.slice(-2);
  let kernel = tf.tensor(rows).reshape([rows.length, rows[0].length, 1, 1]);
  if (across === "channel") {
    // 1 where the filter looks at the channel, 0 elsewhere.
    const seen = tf.range(0, filters).mod(channels);
    const looks = seen.equal(tf.range(0, channels).expandDims(1));
    kernel = kernel.mul(looks.toFloat());
  }
  layer.setWeights([tf.onesLike(old).mul(kernel), ...others]);
}

give("sobel_x", [
  [1, 0, -1],
  [2, 0, -2],
  [1, 0, -1],
]);
give("sobel_y", [
  [1, 2, 1],
  [0, 0, 0],
  [-1, -2, -1],
]);
give("laplace", [
  [0, 1, 0],
  [1, -4, 1],
  [0, 1, 0],
]);
give("gaussian", [
  [0.0625, 0.125, 0.0625],
  [0.125, 0.25, 0.125],
  [0.0625, 0.125, 0.0625],
]);

model.summary();

// The loss applies the last softmax itself: the model gives what enters it.
model.compile({
  optimizer: tf.train.adam(0.001, 0.9, 0.999, 1e-7),
  loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
  metrics: ["accuracy"],
});

/** Mean loss and share of right answers. */
async function evaluate({ x, y }) {
  const measured = model.evaluate(x, y, { batchSize: 64 });
  const values = measured.map((it) => it.data());
  const [[loss], [accuracy]] = await Promise.all(values);
  tf.dispose(measured);
  return { loss, accuracy };
}

const shown = (loss, accuracy) =>
  `accuracy ${accuracy.toFixed(3)}, loss ${loss.toFixed(3)}`;

const saved = await read("model.json");
if (saved) {
  const [{ paths, weights }] = JSON.parse(
    new TextDecoder().decode(saved),
  ).weightsManifest;
  const stored = tf.io.decodeWeights((await read(paths[0])).buffer, weights);
  for (const layer of model.layers.filter((it) => it.weights.length > 0)) {
    const names = Object.keys(stored).filter((it) =>
      it.startsWith(`${layer.name}/`),
    );
    layer.setWeights(names.map((it) => stored[it]));
  }
  const { loss, accuracy } = await evaluate(test);
  console.log(`model.json: test ${shown(loss, accuracy)}`);
} else {
  console.log("There is no model.json: the weights are fresh.");
}

// The last training examples only measure.
const count = train.x.shape[0];
const split = Math.max(1, Math.floor(count * (1 - 0.1)));
const learned = part(train, 0, split);
const measured = part(train, split, count - split);

for (let epoch = 1; epoch <= 10; epoch++) {
  const order = permutation(learned.x.shape[0], 1000 + epoch);
  let trainLoss = 0;
  for (let start = 0; start < order.length; start += 64) {
    const batch = order.slice(start, start + 64);
    const [x, y] = [learned.x.gather(batch), learned.y.gather(batch)];
    const [loss] = await model.trainOnBatch(x, y);
    trainLoss += (loss * batch.length) / order.length;
    tf.dispose([x, y]);
  }
  const validation = await evaluate(measured);
  console.log(
    `Epoch ${epoch}: loss ${trainLoss.toFixed(4)}, validation`,
    shown(validation.loss, validation.accuracy),
  );
}

const { loss, accuracy } = await evaluate(test);
console.log(`Test ${shown(loss, accuracy)}`);
