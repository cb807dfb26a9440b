// Down and up again – drawn with Receptive
//
// 28×28×1 → 10: 2,158 parameters, 2,010 of them trainable; 27,880 multiply-adds per image.
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

/**
 * Larger images, blended as Keras does. tf.layers.upSampling2d blends between
 * other places, and some backends learn wrongly through it.
 */
class UpSampling2D extends tf.layers.Layer {
  static className = "UpSampling2D";

  constructor({ size, interpolation = "nearest", ...options }) {
    super(options);
    Object.assign(this, { size, interpolation });
  }

  computeOutputShape([count, height, width, channels]) {
    return [count, height * this.size[0], width * this.size[1], channels];
  }

  /** The share that each place of an axis takes of each pixel. */
  shares(length, times) {
    const shares = tf.buffer([1, length * times, length]);
    const add = (share, place, pixel) => {
      const inside = Math.min(Math.max(pixel, 0), length - 1);
      shares.set(shares.get(0, place, inside) + share, 0, place, inside);
    };
    for (let place = 0; place < length * times; place++) {
      const at = (place + 0.5) / times - 0.5;
      const pixel = Math.floor(at);
      if (this.interpolation === "nearest") {
        add(1, place, Math.floor(place / times));
      } else {
        add(1 - (at - pixel), place, pixel);
        add(at - pixel, place, pixel + 1);
      }
    }
    return shares.toTensor();
  }

  call(inputs) {
    const x = one(inputs);
    const [count, height, width, channels] = x.shape;
    const [down, right] = this.size;
    const images = x.reshape([count, height, width * channels]);
    const rows = tf
      .matMul(this.shares(height, down), images)
      .reshape([count * height * down, width, channels]);
    return tf
      .matMul(this.shares(width, right), rows)
      .reshape([count, height * down, width * right, channels]);
  }
}

const model = tf.sequential({
  layers: [
    tf.layers.inputLayer({ inputShape: [28, 28, 1], name: "image" }),
    tf.layers.rescaling({ scale: 2, offset: -1, name: "scaled" }),
    tf.layers.gaussianNoise({ stddev: 0.2, name: "noisy" }),
    tf.layers.cropping2D({
      cropping: [
        [2, 2],
        [3, 1],
      ],
      name: "middle",
    }),
    tf.layers.conv2d({
      filters: 4,
      kernelSize: [3, 3],
      strides: [2, 2],
      padding: "same",
      activation: "relu",
      kernelInitializer: glorot(),
      name: "down",
    }),
    tf.layers.conv2dTranspose({
      filters: 4,
      kernelSize: [3, 3],
      strides: [2, 2],
      padding: "same",
      trainable: false,
      activation: "relu",
      kernelInitializer: glorot(),
      name: "up_1",
    }),
    tf.layers.averagePooling2d({
      poolSize: [2, 2],
      strides: [2, 2],
      name: "small",
    }),
    new UpSampling2D({ size: [2, 2], interpolation: "bilinear", name: "up_2" }),
    tf.layers.zeroPadding2d({
      padding: [
        [2, 2],
        [3, 1],
      ],
      name: "edge",
    }),
    new UpSampling2D({ size: [2, 1], name: "up_3" }),
    tf.layers.maxPooling2d({
      poolSize: [8, 4],
      strides: [8, 4],
      name: "pool_1",
    }),
    tf.layers.flatten({ name: "flatten_1" }),
    tf.layers.dense({
      units: 10,
      kernelInitializer: glorot(),
      name: "classes",
    }),
  ],
});

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
