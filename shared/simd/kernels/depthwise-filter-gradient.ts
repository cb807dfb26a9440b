// Gradient of a depthwise convolution's filter: products of pixels and slopes, summed over all places of the window.

import { DepthwiseShape, endInside, firstInside, repeatChannels } from "./depthwise";
import { ownScratch } from "./thread";
import { FLOAT_BYTES, LANES, floats, multiplyAdd, shareStart, wholeLines, wholeVectors, zero } from "./vector";

@unmanaged
class DepthwiseFilterGradientArguments extends DepthwiseShape {
  x: usize;
  dy: usize;
  /** Partial gradients, one after the other; `Kernel.sumParts` adds them. */
  partials: usize;
  /** The images are split into this many parts whatever the number of threads, so that the sums are the same. */
  parts: i32;
  scratch: usize;
  scratchBytes: usize;
}

// Scratch of a thread: sums of one image, in whole vectors | the image with every channel repeated `multiplier` times.
export function depthwiseFilterGradientScratchBytes(taps: i32, maps: i32, repeatedFloats: i32): usize {
  return wholeLines(wholeLines(floats(taps * wholeVectors(maps))) + floats(repeatedFloats));
}

/** The threads share the parts. */
export function depthwiseFilterGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<DepthwiseFilterGradientArguments>(at);
  const maps = job.channels * job.multiplier, taps = job.filterHeight * job.filterWidth;
  const sumBytes = floats(taps * wholeVectors(maps));
  const sums = ownScratch(job.scratch, job.scratchBytes), repeated = sums + wholeLines(sumBytes);
  const imageFloats = job.height * job.width * job.channels;
  const end = shareStart(job.parts, share + 1, shares);
  for (let part = shareStart(job.parts, share, shares); part < end; part++) {
    const total = job.partials + floats(part * taps * maps);
    memory.fill(total, 0, floats(taps * maps));
    const last = shareStart(job.images, part + 1, job.parts);
    for (let image = shareStart(job.images, part, job.parts); image < last; image++) {
      let source = job.x + floats(image * imageFloats);
      if (job.multiplier > 1) {
        repeatChannels(source, imageFloats, job.multiplier, repeated);
        source = repeated;
      }
      // Sums of sums keep the rounding error of many pixels small.
      memory.fill(sums, 0, sumBytes);
      sumImage(job, source, job.dy + floats(image * job.outHeight * job.outWidth * maps), maps, sums);
      addSums(sums, taps, maps, total);
    }
  }
}

function sumImage(job: DepthwiseShape, source: usize, dy: usize, maps: i32, sums: usize): void {
  const pixelBytes = floats(maps), cellBytes = floats(wholeVectors(maps)), gap = job.dilationWidth;
  const stride = job.strideWidth, width = job.width;
  for (let row = 0; row < job.outHeight; row++) {
    const top = row * job.strideHeight - job.padTop;
    const endRow = min(job.filterHeight, endInside(top, job.dilationHeight, job.height));
    for (let i = firstInside(top, job.dilationHeight); i < endRow; i++) {
      const line = (top + i * job.dilationHeight) * width;
      for (let j = 0; j < job.filterWidth; j++) {
        const shift = j * gap - job.padLeft;
        const first = firstInside(shift, stride), end = min(job.outWidth, endInside(shift, stride, width));
        if (first >= end) continue;
        sumProducts(
          source + <usize>(line + first * stride + shift) * pixelBytes, <usize>stride * pixelBytes,
          dy + <usize>(row * job.outWidth + first) * pixelBytes, pixelBytes, end - first, maps,
          sums + <usize>(i * job.filterWidth + j) * cellBytes,
        );
      }
    }
  }
}

/** sums[c] += Σ over `count` pixels of a[c] · b[c]. */
function sumProducts(a: usize, aStep: usize, b: usize, bStep: usize, count: i32, channels: i32, sums: usize): void {
  const end = b + <usize>count * bStep, blocks = channels & ~(4 * LANES - 1);
  let c = 0;
  for (; c < blocks; c += 4 * LANES) {
    const o = floats(c), to = sums + o;
    let s0 = v128.load(to), s1 = v128.load(to, 16), s2 = v128.load(to, 32), s3 = v128.load(to, 48);
    let from = a + o;
    for (let slope = b + o; slope < end + o; slope += bStep) {
      s0 = multiplyAdd(v128.load(from), v128.load(slope), s0);
      s1 = multiplyAdd(v128.load(from, 16), v128.load(slope, 16), s1);
      s2 = multiplyAdd(v128.load(from, 32), v128.load(slope, 32), s2);
      s3 = multiplyAdd(v128.load(from, 48), v128.load(slope, 48), s3);
      from += aStep;
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; c < channels; c += LANES) {
    const o = floats(c), to = sums + o;
    // Two sums, or each addition would wait for the one before.
    let even = v128.load(to), odd = zero(), from = a + o, slope = b + o;
    for (let left = count; left > 1; left -= 2) {
      even = multiplyAdd(v128.load(from), v128.load(slope), even);
      odd = multiplyAdd(v128.load(from + aStep), v128.load(slope + bStep), odd);
      from += 2 * aStep;
      slope += 2 * bStep;
    }
    if (count & 1) even = multiplyAdd(v128.load(from), v128.load(slope), even);
    v128.store(to, f32x4.add(even, odd));
  }
}

function addSums(sums: usize, taps: i32, maps: i32, total: usize): void {
  const cellBytes = floats(wholeVectors(maps));
  for (let tap = 0; tap < taps; tap++) {
    for (let c = 0; c < maps; c++) {
      store<f32>(total, load<f32>(total) + load<f32>(sums + floats(c)));
      total += FLOAT_BYTES;
    }
    sums += cellBytes;
  }
}
