// Depthwise convolution and its gradient by the input. Both sum, for every pixel of their result, products of pixels
// and cells of the filter: the cells ("taps") that meet pixels are listed once for a run of pixels that share them, so
// that no image is padded and no zero is multiplied, whatever stride, padding and dilation are.

import { TAP_BYTES, addTap, applyTaps } from "./taps";
import { ownScratch } from "./thread";
import { FLOAT_BYTES, floats, shareStart, wholeLines } from "./vector";

/** Images [height, width, channels], filter [height, width, channels · multiplier]. */
@unmanaged
export class DepthwiseShape {
  images: i32;
  height: i32;
  width: i32;
  channels: i32;
  multiplier: i32;
  outHeight: i32;
  outWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  filterHeight: i32;
  filterWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
}

@unmanaged
class DepthwiseArguments extends DepthwiseShape {
  x: usize;
  filter: usize;
  /** 0 for none. */
  bias: usize;
  activation: i32;
  out: usize;
  scratch: usize;
  scratchBytes: usize;
}

/** Pixels that the input gradient computes at once. */
const RUN: i32 = 4;

// Scratch of a thread: taps | a run of pixels | the image with every channel repeated `multiplier` times.
export function depthwiseScratchBytes(taps: i32, maps: i32, repeatedFloats: i32): usize {
  return wholeLines(wholeLines(TAP_BYTES * <usize>taps) + runBytes(maps) + floats(repeatedFloats));
}

// @ts-ignore: decorator
@inline function runBytes(maps: i32): usize {
  return wholeLines(<usize>RUN * floats(maps) + 16);
}

/** Repeats each of `count` channel values `multiplier` times. */
export function repeatChannels(from: usize, count: i32, multiplier: i32, to: usize): void {
  for (let i = 0; i < count; i++) {
    const value = load<f32>(from);
    from += FLOAT_BYTES;
    for (let m = 0; m < multiplier; m++) {
      store<f32>(to, value);
      to += FLOAT_BYTES;
    }
  }
}

/** Sums each `multiplier` neighbours of `count` · multiplier values. */
function foldChannels(from: usize, count: i32, multiplier: i32, to: usize): void {
  for (let i = 0; i < count; i++) {
    let sum: f32 = 0;
    for (let m = 0; m < multiplier; m++) {
      sum += load<f32>(from);
      from += FLOAT_BYTES;
    }
    store<f32>(to, sum);
    to += FLOAT_BYTES;
  }
}

/** The threads share the output rows. */
export function depthwise(at: usize, share: i32, shares: i32): void {
  const job = changetype<DepthwiseArguments>(at);
  const lines = job.images * job.outHeight, end = shareStart(lines, share + 1, shares);
  const maps = job.channels * job.multiplier, imagePixels = job.height * job.width;
  const taps = ownScratch(job.scratch, job.scratchBytes);
  const repeated = taps + wholeLines(TAP_BYTES * <usize>(job.filterHeight * job.filterWidth)) + runBytes(maps);
  let current = -1, source: usize = 0;
  for (let line = shareStart(lines, share, shares); line < end; line++) {
    const image = line / job.outHeight;
    if (image != current) {
      current = image;
      source = job.x + floats(image * imagePixels * job.channels);
      if (job.multiplier > 1) {
        repeatChannels(source, imagePixels * job.channels, job.multiplier, repeated);
        source = repeated;
      }
    }
    convolveLine(job, source, line - image * job.outHeight, taps, job.out + <usize>(line * job.outWidth) * floats(maps));
  }
}

function convolveLine(job: DepthwiseArguments, source: usize, row: i32, taps: usize, out: usize): void {
  const width = job.width, outWidth = job.outWidth, strideWidth = job.strideWidth;
  const filterWidth = job.filterWidth, gapRight = job.dilationWidth, gapDown = job.dilationHeight;
  const maps = job.channels * job.multiplier, pixelBytes = floats(maps);
  const top = row * job.strideHeight - job.padTop;
  const firstRow = firstInside(top, gapDown), endRow = min(job.filterHeight, endInside(top, gapDown, job.height));
  let column = 0;
  while (column < outWidth) {
    const left = column * strideWidth - job.padLeft;
    const first = firstInside(left, gapRight), end = min(filterWidth, endInside(left, gapRight, width));
    let next = column + 1, nextLeft = left + strideWidth;
    while (
      next < outWidth && firstInside(nextLeft, gapRight) == first && min(filterWidth, endInside(nextLeft, gapRight, width)) == end
    ) {
      next++;
      nextLeft += strideWidth;
    }
    let count = 0;
    for (let i = firstRow; i < endRow; i++)
      for (let j = first; j < end; j++) {
        const pixel = (top + i * gapDown) * width + left + j * gapRight;
        addTap(taps, count++, <usize>pixel * pixelBytes, <usize>(i * filterWidth + j) * pixelBytes);
      }
    applyTaps(
      taps, count, source, <usize>strideWidth * pixelBytes, job.filter, maps, job.bias, job.activation,
      out + <usize>column * pixelBytes, pixelBytes, next - column,
    );
    column = next;
  }
}

/** First cell of a filter, its cells `gap` apart and the first one at `start`, that lies at 0 or behind. */
// @ts-ignore: decorator
@inline export function firstInside(start: i32, gap: i32): i32 {
  return start < 0 ? (gap - 1 - start) / gap : 0;
}

/** First cell from which on all lie at `length` or behind; may be more than there are. */
// @ts-ignore: decorator
@inline export function endInside(start: i32, gap: i32, length: i32): i32 {
  return start >= length ? 0 : (length - 1 - start) / gap + 1;
}

/** `x` is the gradient of the output, `out` that of the input. The threads share the rows. */
export function depthwiseInputGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<DepthwiseArguments>(at);
  const lines = job.images * job.height, end = shareStart(lines, share + 1, shares);
  const maps = job.channels * job.multiplier;
  const taps = ownScratch(job.scratch, job.scratchBytes);
  const run = taps + wholeLines(TAP_BYTES * <usize>(job.filterHeight * job.filterWidth));
  for (let line = shareStart(lines, share, shares); line < end; line++) {
    const image = line / job.height;
    const slopes = job.x + floats(image * job.outHeight * job.outWidth * maps);
    const out = job.out + floats(line * job.width * job.channels);
    // Columns that the stride brings to the same cells are worked on together.
    const phases = min(job.strideWidth, job.width);
    for (let phase = 0; phase < phases; phase++) gradientLine(job, slopes, line - image * job.height, phase, taps, run, out);
  }
}

function gradientLine(job: DepthwiseArguments, slopes: usize, row: i32, phase: i32, taps: usize, run: usize, out: usize): void {
  const width = job.width, stride = job.strideWidth, channels = job.channels, multiplier = job.multiplier;
  const maps = channels * multiplier, pixelBytes = floats(maps), outBytes = floats(channels);
  let column = phase;
  while (column < width) {
    const first = firstCell(job, column), last = lastCell(job, column);
    let next = column + stride;
    while (next < width && firstCell(job, next) == first && lastCell(job, next) == last) next += stride;
    const count = listCells(job, row, column, first, last, pixelBytes, taps);
    let pixels = (next - column) / stride, from = slopes, to = out + <usize>column * outBytes;
    const toStep = <usize>stride * outBytes;
    if (multiplier == 1) applyTaps(taps, count, from, pixelBytes, job.filter, maps, 0, 0, to, toStep, pixels);
    else
      while (pixels > 0) {
        const some = min(RUN, pixels);
        applyTaps(taps, count, from, pixelBytes, job.filter, maps, 0, 0, run, pixelBytes, some);
        for (let i = 0; i < some; i++) {
          foldChannels(run + <usize>i * pixelBytes, channels, multiplier, to);
          to += toStep;
        }
        from += <usize>some * pixelBytes;
        pixels -= some;
      }
    column = next;
  }
}

/** Place of the window whose cell `cell` lies on `at`, −1 if there is none. */
// @ts-ignore: decorator
@inline function windowOn(at: i32, pad: i32, cell: i32, gap: i32, stride: i32, places: i32): i32 {
  const start = at + pad - cell * gap;
  if (start < 0 || start % stride != 0) return -1;
  const place = start / stride;
  return place < places ? place : -1;
}

function firstCell(job: DepthwiseShape, column: i32): i32 {
  let j = 0;
  while (j < job.filterWidth && windowOn(column, job.padLeft, j, job.dilationWidth, job.strideWidth, job.outWidth) < 0) j++;
  return j;
}

function lastCell(job: DepthwiseShape, column: i32): i32 {
  let j = job.filterWidth - 1;
  while (j >= 0 && windowOn(column, job.padLeft, j, job.dilationWidth, job.strideWidth, job.outWidth) < 0) j--;
  return j;
}

function listCells(job: DepthwiseShape, row: i32, column: i32, first: i32, last: i32, pixelBytes: usize, taps: usize): i32 {
  let count = 0;
  for (let i = 0; i < job.filterHeight; i++) {
    const down = windowOn(row, job.padTop, i, job.dilationHeight, job.strideHeight, job.outHeight);
    if (down < 0) continue;
    for (let j = first; j <= last; j++) {
      const right = windowOn(column, job.padLeft, j, job.dilationWidth, job.strideWidth, job.outWidth);
      if (right < 0) continue;
      addTap(taps, count++, <usize>(down * job.outWidth + right) * pixelBytes, <usize>(i * job.filterWidth + j) * pixelBytes);
    }
  }
  return count;
}
