// What merges and small layers need beside the elementwise kernels: x·scale + offset, the gradient of a maximum of
// several inputs, and the global pools.

import { LANES, floats, larger, shareStart, storePart, zero } from "./vector";

@unmanaged
class AffineArguments {
  count: i32;
  x: usize;
  out: usize;
  scale: f32;
  offset: f32;
}

/** out = x·scale + offset. The threads share the vectors. */
export function affine(at: usize, share: i32, shares: i32): void {
  const job = changetype<AffineArguments>(at);
  const scale = f32x4.splat(job.scale), offset = f32x4.splat(job.offset), vectors = (job.count + LANES - 1) / LANES;
  const end = shareStart(vectors, share + 1, shares);
  for (let i = shareStart(vectors, share, shares); i < end; i++) {
    const o = floats(i * LANES);
    v128.store(job.out + o, f32x4.add(f32x4.mul(v128.load(job.x + o), scale), offset));
  }
}

@unmanaged
class MaximumGradientArguments {
  count: i32;
  inputs: i32;
  /** The maximum and its slopes. */
  y: usize;
  dy: usize;
  /** Address of the first input, then of the others; behind them the addresses of the results, 0 for one not wanted. */
  first: usize;
}

// @ts-ignore: decorator
@inline function isLargest(x: v128, most: v128): v128 {
  return v128.not(f32x4.gt(f32x4.sub(most, x), zero()));
}

/** Equal maxima share the slope evenly, all inputs where the maximum is NaN. The threads share the vectors. */
export function maximumGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<MaximumGradientArguments>(at);
  const inputs = offsetof<MaximumGradientArguments>("first") + at, results = inputs + floats(job.inputs);
  const vectors = (job.count + LANES - 1) / LANES, end = shareStart(vectors, share + 1, shares);
  for (let i = shareStart(vectors, share, shares); i < end; i++) {
    const o = floats(i * LANES), most = v128.load(job.y + o);
    let winners = zero();
    for (let n = 0; n < job.inputs; n++)
      winners = f32x4.add(winners, v128.and(isLargest(v128.load(load<usize>(inputs + floats(n)) + o), most), f32x4.splat(1)));
    const part = f32x4.div(v128.load(job.dy + o), winners);
    for (let n = 0; n < job.inputs; n++) {
      const to = load<usize>(results + floats(n));
      if (to) v128.store(to + o, v128.and(part, isLargest(v128.load(load<usize>(inputs + floats(n)) + o), most)));
    }
  }
}

@unmanaged
class GlobalPoolArguments {
  images: i32;
  pixels: i32;
  channels: i32;
  x: usize;
  /** [images, channels] */
  out: usize;
  /** Only for the gradients. */
  dy: usize;
  dx: usize;
}

/** NaN wins and stays. The threads share the images. */
export function globalMax(at: usize, share: i32, shares: i32): void {
  const job = changetype<GlobalPoolArguments>(at);
  const channels = job.channels, pixelBytes = floats(channels), end = shareStart(job.images, share + 1, shares);
  for (let image = shareStart(job.images, share, shares); image < end; image++)
    for (let c = 0; c < channels; c += LANES) {
      let from = job.x + <usize>(image * job.pixels) * pixelBytes + floats(c), most = f32x4.splat(-Infinity);
      for (let pixel = 0; pixel < job.pixels; pixel++) {
        most = larger(most, v128.load(from));
        from += pixelBytes;
      }
      storePart(job.out + <usize>image * pixelBytes + floats(c), most, channels - c);
    }
}

/** Equal maxima share the slope evenly, all pixels where the maximum is NaN. The threads share the images. */
export function globalMaxGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<GlobalPoolArguments>(at);
  const channels = job.channels, pixelBytes = floats(channels), end = shareStart(job.images, share + 1, shares);
  for (let image = shareStart(job.images, share, shares); image < end; image++)
    for (let c = 0; c < channels; c += LANES) {
      const start = <usize>(image * job.pixels) * pixelBytes + floats(c), o = <usize>image * pixelBytes + floats(c);
      const most = v128.load(job.out + o);
      let from = job.x + start, to = job.dx + start, winners = zero();
      for (let pixel = 0; pixel < job.pixels; pixel++) {
        winners = f32x4.add(winners, v128.andnot(f32x4.splat(1), f32x4.lt(v128.load(from), most)));
        from += pixelBytes;
      }
      const part = f32x4.div(v128.load(job.dy + o), winners);
      from = job.x + start;
      for (let pixel = 0; pixel < job.pixels; pixel++) {
        storePart(to, v128.andnot(part, f32x4.lt(v128.load(from), most)), channels - c);
        from += pixelBytes;
        to += pixelBytes;
      }
    }
}

/** dx = dy / pixels everywhere. The threads share the images. */
export function globalAverageGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<GlobalPoolArguments>(at);
  const channels = job.channels, pixelBytes = floats(channels), end = shareStart(job.images, share + 1, shares);
  const pixels = f32x4.splat(<f32>job.pixels);
  for (let image = shareStart(job.images, share, shares); image < end; image++)
    for (let c = 0; c < channels; c += LANES) {
      const part = f32x4.div(v128.load(job.dy + <usize>image * pixelBytes + floats(c)), pixels);
      let to = job.dx + <usize>(image * job.pixels) * pixelBytes + floats(c);
      for (let pixel = 0; pixel < job.pixels; pixel++) {
        storePart(to, part, channels - c);
        to += pixelBytes;
      }
    }
}
