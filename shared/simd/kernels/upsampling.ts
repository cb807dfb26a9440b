// Gradient of repeated pixels, and blending between neighbours (bilinear, half-pixel centres as in Keras' UpSampling2D)
// with its gradient.

import { LANES, floats, multiplyAdd, shareStart, storePart, zero } from "./vector";

@unmanaged
class UpsamplingArguments {
  images: i32;
  /** Of the small image. */
  height: i32;
  width: i32;
  channels: i32;
  /** How many times as high and wide the large one is. */
  down: i32;
  right: i32;
  from: usize;
  to: usize;
}

/** Sums over the `down` × `right` copies of each pixel. The threads share the small image's rows. */
export function nearestGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<UpsamplingArguments>(at);
  const width = job.width, channels = job.channels, down = job.down, right = job.right;
  const pixelBytes = floats(channels), lineBytes = <usize>(width * right) * pixelBytes;
  const lines = job.images * job.height, end = shareStart(lines, share + 1, shares);
  for (let line = shareStart(lines, share, shares); line < end; line++) {
    let to = job.to + <usize>(line * width) * pixelBytes, from = job.from + <usize>(line * down) * lineBytes;
    for (let column = 0; column < width; column++) {
      for (let c = 0; c < channels; c += LANES) {
        let sum = zero(), row = from + floats(c);
        for (let i = 0; i < down; i++) {
          for (let j = 0; j < right; j++) sum = f32x4.add(sum, v128.load(row + <usize>j * pixelBytes));
          row += lineBytes;
        }
        storePart(to + floats(c), sum, channels - c);
      }
      to += pixelBytes;
      from += <usize>right * pixelBytes;
    }
  }
}

/** Where output `to` lies among the inputs: (to + ½) / times − ½. */
// @ts-ignore: decorator
@inline function positionOf(to: i32, times: i32): f64 {
  return (<f64>to + 0.5) / <f64>times - 0.5;
}

// @ts-ignore: decorator
@inline function clamped(place: i32, length: i32): i32 {
  return min(max(place, 0), length - 1);
}

/** The threads share the large image's rows. */
export function bilinear(at: usize, share: i32, shares: i32): void {
  const job = changetype<UpsamplingArguments>(at);
  const height = job.height, width = job.width, channels = job.channels, pixelBytes = floats(channels);
  const outHeight = height * job.down, outWidth = width * job.right, lines = job.images * outHeight;
  const end = shareStart(lines, share + 1, shares);
  for (let line = shareStart(lines, share, shares); line < end; line++) {
    const image = line / outHeight, y = positionOf(line - image * outHeight, job.down), above = <i32>Math.floor(y);
    const lower = f32x4.splat(<f32>(y - <f64>above)), upper = f32x4.splat(<f32>(<f64>above + 1 - y));
    const start = job.from + <usize>(image * height * width) * pixelBytes;
    const row0 = start + <usize>(clamped(above, height) * width) * pixelBytes;
    const row1 = start + <usize>(clamped(above + 1, height) * width) * pixelBytes;
    let to = job.to + <usize>(line * outWidth) * pixelBytes;
    for (let column = 0; column < outWidth; column++) {
      const x = positionOf(column, job.right), left = <i32>Math.floor(x);
      const after = f32x4.splat(<f32>(x - <f64>left)), before = f32x4.splat(<f32>(<f64>left + 1 - x));
      const column0 = <usize>clamped(left, width) * pixelBytes, column1 = <usize>clamped(left + 1, width) * pixelBytes;
      for (let c = 0; c < channels; c += LANES) {
        const o = floats(c), a = column0 + o, b = column1 + o;
        const v = multiplyAdd(v128.load(row0 + a), upper, f32x4.mul(v128.load(row1 + a), lower));
        const w = multiplyAdd(v128.load(row0 + b), upper, f32x4.mul(v128.load(row1 + b), lower));
        storePart(to + o, multiplyAdd(v, before, f32x4.mul(w, after)), channels - c);
      }
      to += pixelBytes;
    }
  }
}

/** How much output `to` takes of input `from`. */
// @ts-ignore: decorator
@inline function shareOf(to: i32, from: i32, times: i32, length: i32): f32 {
  const at = positionOf(to, times), before = <i32>Math.floor(at);
  let sum: f64 = 0;
  if (clamped(before, length) == from) sum += <f64>before + 1 - at;
  if (clamped(before + 1, length) == from) sum += at - <f64>before;
  return <f32>sum;
}

/** The threads share the small image's rows. */
export function bilinearGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<UpsamplingArguments>(at);
  const height = job.height, width = job.width, channels = job.channels, pixelBytes = floats(channels);
  const outHeight = height * job.down, outWidth = width * job.right, lines = job.images * height;
  const end = shareStart(lines, share + 1, shares);
  for (let line = shareStart(lines, share, shares); line < end; line++) {
    const image = line / height, row = line - image * height, out = job.to + <usize>(line * width) * pixelBytes;
    memory.fill(out, 0, <usize>width * pixelBytes);
    const lastRow = min(outHeight, (row + 2) * job.down);
    for (let i = max(0, (row - 1) * job.down); i < lastRow; i++) {
      const weight = shareOf(i, row, job.down, height);
      if (weight == 0) continue;
      const from = job.from + <usize>((image * outHeight + i) * outWidth) * pixelBytes;
      for (let column = 0; column < width; column++) {
        const to = out + <usize>column * pixelBytes, lastColumn = min(outWidth, (column + 2) * job.right);
        for (let j = max(0, (column - 1) * job.right); j < lastColumn; j++) {
          const part = weight * shareOf(j, column, job.right, width);
          if (part == 0) continue;
          const dy = from + <usize>j * pixelBytes, factor = f32x4.splat(part);
          for (let c = 0; c < channels; c += LANES) {
            const o = floats(c);
            storePart(to + o, multiplyAdd(v128.load(dy + o), factor, v128.load(to + o)), channels - c);
          }
        }
      }
    }
  }
}
