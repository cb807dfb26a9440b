// Convolution with weights of its own at every position: one small matrix product for each. Along a row of the window
// pixels and weights both lie dense, so that nothing is copied and no padding is multiplied.

import { endInside, firstInside } from "./depthwise";
import { FLOAT_BYTES, LANES, across, activate, firstLanes, floats, multiplyAdd, shareStart, storePart, zero } from "./vector";

@unmanaged
class LocallyConnectedArguments {
  images: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  filters: i32;
  strideHeight: i32;
  strideWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  padTop: i32;
  padLeft: i32;
  x: usize;
  /** [outHeight, outWidth, kernelHeight, kernelWidth, channels, filters] */
  kernel: usize;
  /** [outHeight, outWidth, filters]; 0 for none. */
  bias: usize;
  activation: i32;
  out: usize;
}

/** The threads share the positions. */
export function locallyConnected(at: usize, share: i32, shares: i32): void {
  const job = changetype<LocallyConnectedArguments>(at);
  const positions = job.outHeight * job.outWidth, filters = job.filters;
  const imageBytes = floats(job.height * job.width * job.channels), outBytes = floats(positions * filters);
  const end = shareStart(positions, share + 1, shares);
  for (let position = shareStart(positions, share, shares); position < end; position++) {
    let x = job.x, out = job.out + floats(position * filters), left = job.images;
    for (; left >= 4; left -= 4) {
      multiplyFour(job, position, x, imageBytes, out, outBytes);
      x += 4 * imageBytes;
      out += 4 * outBytes;
    }
    for (; left > 0; left--) {
      multiplyOne(job, position, x, out);
      x += imageBytes;
      out += outBytes;
    }
  }
}

// @ts-ignore: decorator
@inline function topOf(job: LocallyConnectedArguments, position: i32): i32 {
  return (position / job.outWidth) * job.strideHeight - job.padTop;
}

// @ts-ignore: decorator
@inline function leftOf(job: LocallyConnectedArguments, position: i32): i32 {
  return (position % job.outWidth) * job.strideWidth - job.padLeft;
}

function multiplyFour(job: LocallyConnectedArguments, position: i32, x: usize, imageBytes: usize, out: usize, outBytes: usize): void {
  const top = topOf(job, position), left = leftOf(job, position), filters = job.filters, channels = job.channels;
  const firstRow = firstInside(top, 1), endRow = min(job.kernelHeight, endInside(top, 1, job.height));
  const first = firstInside(left, 1), run = (min(job.kernelWidth, endInside(left, 1, job.width)) - first) * channels;
  const depth = job.kernelHeight * job.kernelWidth * channels, rowBytes = floats(filters);
  const weights = job.kernel + <usize>(position * depth) * rowBytes, bias = job.bias ? job.bias + <usize>position * rowBytes : 0;
  for (let f = 0; f < filters; f += 2 * LANES) {
    const o = floats(f);
    let a0 = bias ? v128.load(bias + o) : zero(), b0 = bias ? v128.load(bias + o, 16) : zero();
    let a1 = a0, a2 = a0, a3 = a0, b1 = b0, b2 = b0, b3 = b0;
    for (let i = firstRow; i < endRow; i++) {
      let from = x + floats(((top + i) * job.width + left + first) * channels);
      let row = weights + <usize>((i * job.kernelWidth + first) * channels) * rowBytes + o;
      for (let k = 0; k < run; k++) {
        const v = v128.load(row), w = v128.load(row, 16);
        let pixel = v128.load32_splat(from);
        a0 = multiplyAdd(pixel, v, a0);
        b0 = multiplyAdd(pixel, w, b0);
        pixel = v128.load32_splat(from + imageBytes);
        a1 = multiplyAdd(pixel, v, a1);
        b1 = multiplyAdd(pixel, w, b1);
        pixel = v128.load32_splat(from + 2 * imageBytes);
        a2 = multiplyAdd(pixel, v, a2);
        b2 = multiplyAdd(pixel, w, b2);
        pixel = v128.load32_splat(from + 3 * imageBytes);
        a3 = multiplyAdd(pixel, v, a3);
        b3 = multiplyAdd(pixel, w, b3);
        from += FLOAT_BYTES;
        row += rowBytes;
      }
    }
    const to = out + o, lanes = filters - f, activation = job.activation;
    storeTwo(to, activate(a0, activation), activate(b0, activation), lanes);
    storeTwo(to + outBytes, activate(a1, activation), activate(b1, activation), lanes);
    storeTwo(to + 2 * outBytes, activate(a2, activation), activate(b2, activation), lanes);
    storeTwo(to + 3 * outBytes, activate(a3, activation), activate(b3, activation), lanes);
  }
}

// @ts-ignore: decorator
@inline function storeTwo(to: usize, a: v128, b: v128, lanes: i32): void {
  storePart(to, a, lanes);
  if (lanes > LANES) storePart(to + 16, b, lanes - LANES);
}

function multiplyOne(job: LocallyConnectedArguments, position: i32, x: usize, out: usize): void {
  const top = topOf(job, position), left = leftOf(job, position), filters = job.filters, channels = job.channels;
  const firstRow = firstInside(top, 1), endRow = min(job.kernelHeight, endInside(top, 1, job.height));
  const first = firstInside(left, 1), run = (min(job.kernelWidth, endInside(left, 1, job.width)) - first) * channels;
  const depth = job.kernelHeight * job.kernelWidth * channels, rowBytes = floats(filters);
  const weights = job.kernel + <usize>(position * depth) * rowBytes, bias = job.bias ? job.bias + <usize>position * rowBytes : 0;
  for (let f = 0; f < filters; f += LANES) {
    const o = floats(f);
    let sum = bias ? v128.load(bias + o) : zero();
    for (let i = firstRow; i < endRow; i++) {
      let from = x + floats(((top + i) * job.width + left + first) * channels);
      let row = weights + <usize>((i * job.kernelWidth + first) * channels) * rowBytes + o;
      for (let k = 0; k < run; k++) {
        sum = multiplyAdd(v128.load32_splat(from), v128.load(row), sum);
        from += FLOAT_BYTES;
        row += rowBytes;
      }
    }
    storePart(out + o, activate(sum, job.activation), filters - f);
  }
}

/** `x` is the gradient of the output, `out` that of the input. The threads share the images. */
export function locallyConnectedInputGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<LocallyConnectedArguments>(at);
  const positions = job.outHeight * job.outWidth, end = shareStart(job.images, share + 1, shares);
  const imageBytes = floats(job.height * job.width * job.channels), outBytes = floats(positions * job.filters);
  let image = shareStart(job.images, share, shares);
  memory.fill(job.out + <usize>image * imageBytes, 0, <usize>(end - image) * imageBytes);
  for (; image < end; image += 4) {
    // Fewer than four images: the last one is counted several times, and stored once.
    const count = min(4, end - image), dy = job.x + <usize>image * outBytes, dx = job.out + <usize>image * imageBytes;
    for (let position = 0; position < positions; position++)
      spreadFour(job, position, dy + floats(position * job.filters), outBytes, dx, imageBytes, count);
  }
}

function spreadFour(
  job: LocallyConnectedArguments, position: i32, dy: usize, outBytes: usize, dx: usize, imageBytes: usize, count: i32,
): void {
  const top = topOf(job, position), left = leftOf(job, position), filters = job.filters, channels = job.channels;
  const firstRow = firstInside(top, 1), endRow = min(job.kernelHeight, endInside(top, 1, job.height));
  const first = firstInside(left, 1), run = (min(job.kernelWidth, endInside(left, 1, job.width)) - first) * channels;
  const depth = job.kernelHeight * job.kernelWidth * channels, rowBytes = floats(filters);
  const weights = job.kernel + <usize>(position * depth) * rowBytes;
  const whole = filters & ~(LANES - 1), rest = firstLanes(filters & (LANES - 1));
  const dy1 = dy + (count > 1 ? outBytes : 0), dy2 = dy + (count > 2 ? 2 * outBytes : 0), dy3 = dy + (count > 3 ? 3 * outBytes : 0);
  for (let i = firstRow; i < endRow; i++) {
    let to = dx + floats(((top + i) * job.width + left + first) * channels);
    let row = weights + <usize>((i * job.kernelWidth + first) * channels) * rowBytes;
    for (let k = 0; k < run; k++) {
      let s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
      for (let f = 0; f < filters; f += LANES) {
        const o = floats(f), loaded = v128.load(row + o), w = f < whole ? loaded : v128.and(loaded, rest);
        s0 = multiplyAdd(slopeAt(dy + o, f < whole, rest), w, s0);
        s1 = multiplyAdd(slopeAt(dy1 + o, f < whole, rest), w, s1);
        s2 = multiplyAdd(slopeAt(dy2 + o, f < whole, rest), w, s2);
        s3 = multiplyAdd(slopeAt(dy3 + o, f < whole, rest), w, s3);
      }
      addTo(to, across(s0));
      if (count > 1) addTo(to + imageBytes, across(s1));
      if (count > 2) addTo(to + 2 * imageBytes, across(s2));
      if (count > 3) addTo(to + 3 * imageBytes, across(s3));
      to += FLOAT_BYTES;
      row += rowBytes;
    }
  }
}

/** Masked as well as the weights are: what lies behind may be NaN. */
// @ts-ignore: decorator
@inline function slopeAt(from: usize, whole: bool, rest: v128): v128 {
  const loaded = v128.load(from);
  return whole ? loaded : v128.and(loaded, rest);
}

// @ts-ignore: decorator
@inline function addTo(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value);
}

/** `kernel` is the gradient of the output, `out` that of the kernel. The threads share the positions. */
export function locallyConnectedFilterGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<LocallyConnectedArguments>(at);
  const positions = job.outHeight * job.outWidth, filters = job.filters, channels = job.channels;
  const depth = job.kernelHeight * job.kernelWidth * channels, rowBytes = floats(filters);
  const imageBytes = floats(job.height * job.width * channels), outBytes = floats(positions * filters);
  const end = shareStart(positions, share + 1, shares);
  for (let position = shareStart(positions, share, shares); position < end; position++) {
    const top = topOf(job, position), left = leftOf(job, position);
    const firstRow = firstInside(top, 1), endRow = min(job.kernelHeight, endInside(top, 1, job.height));
    const first = firstInside(left, 1), run = (min(job.kernelWidth, endInside(left, 1, job.width)) - first) * channels;
    const dy = job.kernel + <usize>position * rowBytes, out = job.out + <usize>(position * depth) * rowBytes;
    if (endRow - firstRow < job.kernelHeight || run < job.kernelWidth * channels) memory.fill(out, 0, <usize>depth * rowBytes);
    for (let i = firstRow; i < endRow; i++) {
      const x = job.x + floats(((top + i) * job.width + left + first) * channels);
      const to = out + <usize>((i * job.kernelWidth + first) * channels) * rowBytes;
      for (let f = 0; f < filters; f += 2 * LANES) {
        let k = 0;
        for (; k + 4 <= run; k += 4)
          outerFour(x + floats(k), imageBytes, dy + floats(f), outBytes, job.images, to + <usize>k * rowBytes + floats(f), rowBytes, filters - f);
        for (; k < run; k++)
          outerOne(x + floats(k), imageBytes, dy + floats(f), outBytes, job.images, to + <usize>k * rowBytes + floats(f), filters - f);
      }
    }
  }
}

function outerFour(x: usize, xStep: usize, dy: usize, dyStep: usize, images: i32, out: usize, rowBytes: usize, lanes: i32): void {
  let a0 = zero(), a1 = zero(), a2 = zero(), a3 = zero(), b0 = zero(), b1 = zero(), b2 = zero(), b3 = zero();
  for (let image = 0; image < images; image++) {
    const v = v128.load(dy), w = v128.load(dy, 16);
    let pixel = v128.load32_splat(x);
    a0 = multiplyAdd(pixel, v, a0);
    b0 = multiplyAdd(pixel, w, b0);
    pixel = v128.load32_splat(x, 4);
    a1 = multiplyAdd(pixel, v, a1);
    b1 = multiplyAdd(pixel, w, b1);
    pixel = v128.load32_splat(x, 8);
    a2 = multiplyAdd(pixel, v, a2);
    b2 = multiplyAdd(pixel, w, b2);
    pixel = v128.load32_splat(x, 12);
    a3 = multiplyAdd(pixel, v, a3);
    b3 = multiplyAdd(pixel, w, b3);
    x += xStep;
    dy += dyStep;
  }
  storeTwo(out, a0, b0, lanes);
  storeTwo(out + rowBytes, a1, b1, lanes);
  storeTwo(out + 2 * rowBytes, a2, b2, lanes);
  storeTwo(out + 3 * rowBytes, a3, b3, lanes);
}

function outerOne(x: usize, xStep: usize, dy: usize, dyStep: usize, images: i32, out: usize, lanes: i32): void {
  let a = zero(), b = zero();
  for (let image = 0; image < images; image++) {
    const pixel = v128.load32_splat(x);
    a = multiplyAdd(pixel, v128.load(dy), a);
    b = multiplyAdd(pixel, v128.load(dy, 16), b);
    x += xStep;
    dy += dyStep;
  }
  storeTwo(out, a, b, lanes);
}
