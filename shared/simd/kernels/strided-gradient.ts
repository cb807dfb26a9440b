// Gradient of a strided convolution by its input, without zeros between the slopes: the pixels of the input that lie a
// stride apart meet the same cells of the filter, so that each such phase is a small dense convolution of its own.

import { ConvolutionShape, padImage } from "./image";
import { packPanel } from "./packing";
import { mustPrepare, ownScratch } from "./thread";
import { TILE_BYTES, TILE_COLUMNS, TILE_ROWS, multiplyTile, panelBytes, panelsFor } from "./tile";
import { FLOAT_BYTES, floats, shareStart, wholeLines } from "./vector";

/** The forward convolution's shape, but `padded` is the size of a copy of the slopes, `margin` zeros before them. */
@unmanaged
class StridedGradientArguments extends ConvolutionShape {
  marginTop: i32;
  marginLeft: i32;
  dy: usize;
  filter: usize;
  dx: usize;
  scratch: usize;
  scratchBytes: usize;
}

// Scratch of a thread: spare tile | offsets of all phases | panels of all phases | padded slopes of an image.
export function stridedGradientScratchBytes(depth: i32, channels: i32, paddedFloats: i32): usize {
  return wholeLines(TILE_BYTES + wholeLines(floats(depth)) + <usize>panelsFor(channels) * panelBytes(depth) + floats(paddedFloats));
}

/** Whether cell `cell` meets the pixels whose place has this remainder. */
// @ts-ignore: decorator
@inline function meets(remainder: i32, pad: i32, cell: i32, gap: i32, stride: i32): bool {
  return (remainder + pad - cell * gap) % stride == 0;
}

function countCells(remainder: i32, pad: i32, cells: i32, gap: i32, stride: i32): i32 {
  let count = 0;
  for (let i = 0; i < cells; i++) if (meets(remainder, pad, i, gap, stride)) count++;
  return count;
}

/** The threads share the images. */
export function stridedInputGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<StridedGradientArguments>(at);
  const first = shareStart(job.images, share, shares), end = shareStart(job.images, share + 1, shares);
  if (first >= end) return;
  const depth = job.filterHeight * job.filterWidth * job.outChannels, panels = panelsFor(job.channels);
  const spare = ownScratch(job.scratch, job.scratchBytes), offsets = spare + TILE_BYTES;
  const packed = offsets + wholeLines(floats(depth)), copy = packed + <usize>panels * panelBytes(depth);
  if (mustPrepare()) preparePhases(job, offsets, packed, panels);
  const slopeBytes = floats(job.outHeight * job.outWidth * job.outChannels), imageBytes = floats(job.height * job.width * job.channels);
  for (let image = first; image < end; image++) {
    padImage(
      job.dy + <usize>image * slopeBytes, job.outHeight, job.outWidth, job.outChannels,
      copy, job.paddedHeight, job.paddedWidth, job.marginTop, job.marginLeft,
    );
    const origin = copy + floats((job.marginTop * job.paddedWidth + job.marginLeft) * job.outChannels);
    let taps = 0;
    for (let down = 0; down < job.strideHeight; down++)
      for (let right = 0; right < job.strideWidth; right++) {
        const count = cellsOf(job, down, right), start = taps * job.outChannels;
        computePhase(
          job, down, right, count * job.outChannels, offsets + floats(start), packed + <usize>panels * panelBytes(start),
          origin, job.dx + <usize>image * imageBytes, spare,
        );
        taps += count;
      }
  }
}

function cellsOf(job: StridedGradientArguments, down: i32, right: i32): i32 {
  return countCells(down, job.padTop, job.filterHeight, job.dilationHeight, job.strideHeight) *
    countCells(right, job.padLeft, job.filterWidth, job.dilationWidth, job.strideWidth);
}

/** Lists, phase by phase, where the slopes lie that meet a pixel, and packs the cells that weigh them. */
function preparePhases(job: StridedGradientArguments, offsets: usize, packed: usize, panels: i32): void {
  const outChannels = job.outChannels, channels = job.channels;
  let taps = 0;
  for (let down = 0; down < job.strideHeight; down++)
    for (let right = 0; right < job.strideWidth; right++) {
      const count = cellsOf(job, down, right), phase = packed + <usize>panels * panelBytes(taps * outChannels);
      let tap = 0;
      for (let i = 0; i < job.filterHeight; i++) {
        if (!meets(down, job.padTop, i, job.dilationHeight, job.strideHeight)) continue;
        const row = (down + job.padTop - i * job.dilationHeight) / job.strideHeight;
        for (let j = 0; j < job.filterWidth; j++) {
          if (!meets(right, job.padLeft, j, job.dilationWidth, job.strideWidth)) continue;
          const column = (right + job.padLeft - j * job.dilationWidth) / job.strideWidth;
          for (let c = 0; c < outChannels; c++) {
            // May be negative; addresses wrap around.
            store<i32>(offsets, ((row * job.paddedWidth + column) * outChannels + c) * <i32>FLOAT_BYTES);
            offsets += FLOAT_BYTES;
          }
          const cell = job.filter + floats((i * job.filterWidth + j) * channels * outChannels);
          for (let panel = 0; panel < panels; panel++)
            packPanel(
              cell, FLOAT_BYTES, floats(outChannels), outChannels, panel * TILE_COLUMNS, channels,
              phase + <usize>panel * panelBytes(count * outChannels) + panelBytes(tap * outChannels),
            );
          tap++;
        }
      }
      taps += count;
    }
}

function computePhase(
  job: StridedGradientArguments, down: i32, right: i32, depth: i32, offsets: usize, packed: usize, origin: usize, dx: usize, spare: usize,
): void {
  const channels = job.channels, width = job.width, pixelBytes = floats(channels), step = <usize>job.strideWidth * pixelBytes;
  const slopeStep = floats(job.outChannels), lineStep = floats(job.paddedWidth * job.outChannels);
  for (let row = down; row < job.height; row += job.strideHeight) {
    const line = origin + <usize>(row / job.strideHeight) * lineStep;
    const pixels = right < width ? (width - right + job.strideWidth - 1) / job.strideWidth : 0;
    let out = dx + <usize>(row * width + right) * pixelBytes;
    if (depth == 0) {
      for (let i = 0; i < pixels; i++) {
        memory.fill(out, 0, pixelBytes);
        out += step;
      }
      continue;
    }
    for (let pixel = 0; pixel < pixels; pixel += TILE_ROWS) {
      const rows = min(TILE_ROWS, pixels - pixel), a0 = line + <usize>pixel * slopeStep;
      const a1 = rows > 1 ? a0 + slopeStep : a0, a2 = rows > 2 ? a1 + slopeStep : a0, a3 = rows > 3 ? a2 + slopeStep : a0;
      for (let column = 0, panel = packed; column < channels; column += TILE_COLUMNS) {
        multiplyTile(
          depth, offsets, a0, a1, a2, a3, panel, out + floats(column), step, rows, min(TILE_COLUMNS, channels - column), 0, 0, spare,
        );
        panel += panelBytes(depth);
      }
      out += <usize>TILE_ROWS * step;
    }
  }
}
