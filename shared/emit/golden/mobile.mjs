// Mobile – drawn with Receptive
//
// 28×28×1 → 10: 786 parameters, 770 of them trainable; 77,384 multiply-adds per image.
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

const one = (inputs) => (Array.isArray(inputs) ? inputs[0] : inputs);

/** Batch norm as in Keras: without scale or centre, or frozen, tfjs's own fails. */
class BatchNormalization extends tf.layers.Layer {
  static className = "BatchNormalization";

  constructor({ momentum, epsilon, scale = true, center = true, ...options }) {
    super(options);
    Object.assign(this, { momentum, epsilon, scale, center });
  }

  build(inputShape) {
    const weight = (name, start, learns) =>
      this.addWeight(
        name,
        inputShape.slice(-1),
        "float32",
        start,
        undefined,
        learns,
      );
    const [ones, zeros] = [tf.initializers.ones(), tf.initializers.zeros()];
    if (this.scale) this.gamma = weight("gamma", ones, true);
    if (this.center) this.beta = weight("beta", zeros, true);
    this.mean = weight("moving_mean", zeros, false);
    this.variance = weight("moving_variance", ones, false);
    super.build(inputShape);
  }

  call(inputs, { training }) {
    const x = one(inputs);
    let [mean, variance] = [this.mean.read(), this.variance.read()];
    if (training && this.trainable) {
      const axes = x.shape.map((_, axis) => axis).slice(0, -1);
      const now = tf.moments(x, axes);
      const moved = (old, it) =>
        old.mul(this.momentum).add(it.mul(1 - this.momentum));
      this.mean.write(moved(mean, now.mean));
      this.variance.write(moved(variance, now.variance));
      ({ mean, variance } = now);
    }
    let y = x.sub(mean).div(variance.add(this.epsilon).sqrt());
    if (this.gamma) y = y.mul(this.gamma.read());
    return this.beta ? y.add(this.beta.read()) : y;
  }
}

/** Layer norm as in Keras: without scale or centre, tfjs's own cannot learn. */
class LayerNormalization extends tf.layers.Layer {
  static className = "LayerNormalization";

  constructor({ epsilon, scale = true, center = true, ...options }) {
    super(options);
    Object.assign(this, { epsilon, scale, center });
  }

  build(inputShape) {
    const weight = (name, start) =>
      this.addWeight(name, inputShape.slice(-1), "float32", start);
    if (this.scale) this.gamma = weight("gamma", tf.initializers.ones());
    if (this.center) this.beta = weight("beta", tf.initializers.zeros());
    super.build(inputShape);
  }

  call(inputs) {
    const x = one(inputs);
    const { mean, variance } = tf.moments(x, -1, true);
    let y = x.sub(mean).div(variance.add(this.epsilon).sqrt());
    if (this.gamma) y = y.mul(this.gamma.read());
    return this.beta ? y.add(this.beta.read()) : y;
  }
}

const image = tf.input({ shape: [28, 28, 1], name: "image" });
const stem = tf.layers
  .conv2d({
    filters: 8,
    kernelSize: [3, 3],
    strides: [2, 2],
    padding: "same",
    useBias: false,
    kernelInitializer: glorot(),
    name: "stem",
  })
  .apply(image);
const norm_1 = new BatchNormalization({
  momentum: 0.99,
  epsilon: 0.001,
  scale: false,
  name: "norm_1",
}).apply(stem);
const depthwise_1 = tf.layers
  .depthwiseConv2d({
    kernelSize: [3, 3],
    padding: "same",
    depthMultiplier: 2,
    activation: "swish",
    depthwiseInitializer: glorot(),
    name: "depthwise_1",
  })
  .apply(norm_1);
const point_1 = tf.layers
  .conv2d({
    filters: 8,
    kernelSize: [1, 1],
    padding: "same",
    kernelInitializer: glorot(),
    name: "point_1",
  })
  .apply(depthwise_1);
const norm_2 = new LayerNormalization({
  epsilon: 0.001,
  center: false,
  name: "norm_2",
}).apply(point_1);
const mean = tf.layers.average({ name: "mean" }).apply([norm_1, norm_2]);
const separable_1 = tf.layers
  .separableConv2d({
    filters: 16,
    kernelSize: [3, 3],
    strides: [2, 2],
    padding: "same",
    activation: "relu",
    depthwiseInitializer: glorot(),
    pointwiseInitializer: glorot(),
    name: "separable_1",
  })
  .apply(mean);
const dropout_1 = tf.layers
  .dropout({ rate: 0.2, noiseShape: [null, 1, 1, null], name: "dropout_1" })
  .apply(separable_1);
const everywhere = tf.layers
  .globalAveragePooling2d({ name: "everywhere" })
  .apply(dropout_1);
const classes = tf.layers
  .dense({ units: 10, kernelInitializer: glorot(), name: "classes" })
  .apply(everywhere);
const model = tf.model({ inputs: image, outputs: classes });

model.summary();

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
