import type { ClassName } from "./layers.ts";

const lines = (text: string): readonly string[] => text.trim().split("\n");

/** The first of what a layer is given. */
export const one = lines(`
const one = (inputs) => (Array.isArray(inputs) ? inputs[0] : inputs);
`);

/** Zeros that same padding puts around. */
export const around = lines(`
/** Zeros before and behind an axis where a window's padding is the same. */
function around(length, window, stride) {
  const reach = (Math.ceil(length / stride) - 1) * stride + window;
  const zeros = Math.max(reach - length, 0);
  return [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
}
`);

/** What tfjs lacks, or trains wrongly, and a program defines where it uses it. */
export const classes: Readonly<Record<ClassName, readonly string[]>> = {
  ShufflePixels: lines(`
/** Moves every pixel to another place: one fixed order, the same for all images. */
class ShufflePixels extends tf.layers.Layer {
  static className = "ShufflePixels";

  constructor({ seed, ...options }) {
    super(options);
    this.seed = seed;
  }

  build([, height, width = 1]) {
    this.order = permutation(height * width, this.seed);
  }

  call(inputs) {
    // An image moves its pixels with all their channels, a vector its values.
    const x = one(inputs);
    const places = x.reshape([x.shape[0], this.order.length, -1]);
    return places.gather(this.order, 1).reshape(x.shape);
  }
}
`),
  LocallyConnected2D: lines(`
/** Like conv2d, but with a kernel and a bias of its own at every position. */
class LocallyConnected2D extends tf.layers.Layer {
  static className = "LocallyConnected2D";

  constructor({
    filters,
    kernelSize,
    strides = [1, 1],
    padding = "valid",
    useBias = true,
    activation = "linear",
    ...options
  }) {
    super(options);
    Object.assign(this, { filters, kernelSize, strides, padding, useBias });
    this.activation = tf.layers.activation({ activation });
  }

  computeOutputShape([count, ...image]) {
    const places = this.kernelSize.map((window, axis) => {
      const overlap = this.padding === "same" ? 1 : window;
      return Math.floor((image[axis] - overlap) / this.strides[axis]) + 1;
    });
    return [count, ...places, this.filters];
  }

  build(inputShape) {
    const [, ...places] = this.computeOutputShape(inputShape).slice(0, 3);
    const [height, width] = this.kernelSize;
    const channels = inputShape[3];
    // As a convolution starts: the positions do not count.
    const limit = Math.sqrt(6 / (height * width * (channels + this.filters)));
    this.kernel = this.addWeight(
      "kernel",
      [...places, height, width, channels, this.filters],
      "float32",
      tf.initializers.randomUniform({
        minval: -limit,
        maxval: limit,
        seed: seed++,
      }),
    );
    if (this.useBias) {
      const zeros = tf.initializers.zeros();
      const shape = [...places, this.filters];
      this.bias = this.addWeight("bias", shape, "float32", zeros);
    }
    super.build(inputShape);
  }

  call(inputs) {
    const [rows, columns, height, width, channels, filters] = this.kernel.shape;
    const places = rows * columns;
    const cells = height * width * channels;
    // What each position sees: a convolution that copies the window's cells.
    const copies = tf.eye(cells).reshape([height, width, channels, cells]);
    const seen = tf
      .conv2d(one(inputs), copies, this.strides, this.padding)
      .reshape([-1, places, cells])
      .transpose([1, 0, 2]);
    const kernels = this.kernel.read().reshape([places, cells, filters]);
    const sums = tf
      .matMul(seen, kernels)
      .transpose([1, 0, 2])
      .reshape([-1, rows, columns, filters]);
    return this.activation.apply(this.bias ? sums.add(this.bias.read()) : sums);
  }
}
`),
  DilatedConv2D: lines(`
/** A convolution whose kernel's cells stand apart. tf.layers.conv2d cannot learn it. */
class DilatedConv2D extends tf.layers.Layer {
  static className = "DilatedConv2D";

  constructor({
    filters,
    kernelSize,
    dilationRate,
    padding = "valid",
    useBias = true,
    activation = "linear",
    kernelInitializer = glorot(),
    ...options
  }) {
    super(options);
    Object.assign(this, { filters, kernelSize, dilationRate, padding });
    Object.assign(this, { useBias, kernelInitializer });
    this.activation = tf.layers.activation({ activation });
  }

  /** Cells from the first to the last of the kernel along an axis. */
  span(axis) {
    return (this.kernelSize[axis] - 1) * this.dilationRate[axis] + 1;
  }

  computeOutputShape([count, height, width]) {
    if (this.padding === "same") return [count, height, width, this.filters];
    const places = [height - this.span(0) + 1, width - this.span(1) + 1];
    return [count, ...places, this.filters];
  }

  build(inputShape) {
    const shape = [...this.kernelSize, inputShape[3], this.filters];
    const start = this.kernelInitializer;
    this.kernel = this.addWeight("kernel", shape, "float32", start);
    if (this.useBias) {
      const zeros = tf.initializers.zeros();
      this.bias = this.addWeight("bias", [this.filters], "float32", zeros);
    }
    super.build(inputShape);
  }

  call(inputs) {
    const x = one(inputs);
    const [count, rows, columns, filters] = this.computeOutputShape(x.shape);
    const [height, width] = this.kernelSize;
    const channels = x.shape[3];
    const same = this.padding === "same";
    const zeros = [0, 1].map((axis) =>
      same ? around(x.shape[axis + 1], this.span(axis), 1) : [0, 0],
    );
    const framed = x.pad([[0, 0], ...zeros, [0, 0]]);
    const kernel = this.kernel.read();
    const terms = [];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const from = [0, i * this.dilationRate[0], j * this.dilationRate[1], 0];
        const seen = framed.slice(from, [count, rows, columns, channels]);
        const cell = kernel.slice([i, j], [1, 1]).reshape([channels, filters]);
        terms.push(seen.reshape([-1, channels]).matMul(cell));
      }
    }
    const sums = tf.addN(terms).reshape([count, rows, columns, filters]);
    return this.activation.apply(this.bias ? sums.add(this.bias.read()) : sums);
  }
}
`),
  UpSampling2D: lines(`
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
`),
  AveragePooling2D: lines(`
/** Means of windows that may reach out of the image. tfjs's own learn wrongly. */
class AveragePooling2D extends tf.layers.Layer {
  static className = "AveragePooling2D";

  constructor({ poolSize, strides, ...options }) {
    super(options);
    Object.assign(this, { poolSize, strides });
  }

  computeOutputShape([count, height, width, channels]) {
    const [down, right] = this.strides;
    const places = [Math.ceil(height / down), Math.ceil(width / right)];
    return [count, ...places, channels];
  }

  call(inputs) {
    const x = one(inputs);
    const zeros = [0, 1].map((axis) =>
      around(x.shape[axis + 1], this.poolSize[axis], this.strides[axis]),
    );
    const means = (images) =>
      images
        .pad([[0, 0], ...zeros, [0, 0]])
        .avgPool(this.poolSize, this.strides, "valid");
    // Zeros around the image do not count: by the means of ones, they go out.
    return means(x).div(means(tf.ones([1, x.shape[1], x.shape[2], 1])));
  }
}
`),
  LayerNormalization: lines(`
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
`),
  Maximum: lines(`
/** The largest of its inputs. tf.layers.maximum cannot learn where sizes differ. */
class Maximum extends tf.layers.Layer {
  static className = "Maximum";

  computeOutputShape(shapes) {
    const [count] = shapes[0];
    const size = (_, axis) => Math.max(...shapes.map((it) => it[axis + 1]));
    return [count, ...shapes[0].slice(1).map(size)];
  }

  call(inputs) {
    return inputs.reduce((most, it) => {
      const larger = it.sub(most).step();
      return it.mul(larger).add(most.mul(tf.sub(1, larger)));
    });
  }
}
`),
  BatchNormalization: lines(`
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
`),
};

/** Lays given kernels over what layers started from. */
export const give = lines(`
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
`);

/** Random numbers that are the same everywhere: those of `nodes/random.ts`. */
export const random = lines(`
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
`);

export const reading = lines(`
/** A file beside this one, in Node.js or a browser; undefined where there is none. */
async function read(name) {
  const url = new URL(name, import.meta.url);
  if (url.protocol === "file:") {
    const { readFile } = await import(${JSON.stringify("node:fs/promises")});
    const content = await readFile(url).catch(() => undefined);
    return content && new Uint8Array(content);
  }
  const answer = await fetch(url);
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
}
`);
