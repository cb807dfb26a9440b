// Gradient of a 3×3 or 5×5 filter by Winograd's transforms: outer products of the planes of input and output gradient,
// summed over all tiles and transformed back once.

import { mustPrepare, ownScratch } from "./thread";
import { TILE_BYTES, TILE_COLUMNS, TILE_ROWS, TILE_ROW_BYTES, accumulateTile } from "./tile";
import { LANES, VECTOR_BYTES, floats, shareStart, wholeLines } from "./vector";
import { WinogradShape, planeStep } from "./winograd";
import { BETWEEN_BYTES } from "./winograd-filter";
import { IN_TILE, PLANES, gradientStripBytes, inputStripBytes, tilesAlong, transformGradient, transformImage } from "./winograd-strip";
import { transformFilterGradient } from "./winograd-transforms";

@unmanaged
class WinogradFilterGradientArguments extends WinogradShape {
  x: usize;
  dy: usize;
  /** Partial gradients, one after the other; `Kernel.sumParts` adds them. */
  partials: usize;
  /** The images are split into this many parts whatever the number of threads, so that the sums are the same. */
  parts: i32;
  scratch: usize;
  scratchBytes: usize;
}

/** Of one plane, with the spare line of `planeStep`. */
// @ts-ignore: decorator
@inline function sumsBytes(channels: i32, outChannels: i32): usize {
  return <usize>((channels / TILE_ROWS) * (outChannels / TILE_COLUMNS)) * TILE_BYTES + 64;
}

// Scratch of a thread: between | sums | input planes | gradient planes | input strip | gradient strip.
export function winogradFilterGradientScratchBytes(
  outHeight: i32, outWidth: i32, channels: i32, outChannels: i32, group: i32, outTile: i32,
): usize {
  const down = tilesAlong(outHeight, outTile), across = tilesAlong(outWidth, outTile), tiles = group * down * across;
  return wholeLines(
    BETWEEN_BYTES + PLANES * (sumsBytes(channels, outChannels) + planeStep(tiles, channels) + planeStep(tiles, outChannels)) +
    inputStripBytes(across, outTile, channels) + gradientStripBytes(across, outTile, outChannels),
  );
}

/** The threads share the parts. */
export function winogradFilterGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<WinogradFilterGradientArguments>(at);
  const channels = job.channels, outChannels = job.outChannels, group = job.group, outTile = job.outTile;
  const down = tilesAlong(job.outHeight, outTile), across = tilesAlong(job.outWidth, outTile), tilesPerImage = down * across;
  const between = ownScratch(job.scratch, job.scratchBytes), sums = between + BETWEEN_BYTES;
  const sumsStep = sumsBytes(channels, outChannels), inputs = sums + PLANES * sumsStep;
  const inputStep = planeStep(group * tilesPerImage, channels), gradientStep = planeStep(group * tilesPerImage, outChannels);
  const gradients = inputs + PLANES * inputStep, strip = gradients + PLANES * gradientStep;
  const stripBytes = inputStripBytes(across, outTile, channels), gradientStrip = strip + stripBytes;
  if (mustPrepare()) memory.fill(strip, 0, stripBytes + gradientStripBytes(across, outTile, outChannels));
  const gradientBytes = floats(job.outHeight * job.outWidth * outChannels);
  const imageBytes = floats(job.height * job.width * channels), filterSide = <i32>IN_TILE + 1 - outTile;
  const filterFloats = filterSide * filterSide * channels * outChannels;

  const end = shareStart(job.parts, share + 1, shares);
  for (let part = shareStart(job.parts, share, shares); part < end; part++) {
    memory.fill(sums, 0, PLANES * sumsStep);
    const last = shareStart(job.images, part + 1, job.parts);
    for (let first = shareStart(job.images, part, job.parts); first < last; first += group) {
      const images = min(group, last - first);
      for (let i = 0; i < images; i++) {
        transformImage(
          job.x + <usize>(first + i) * imageBytes, job.height, job.width, channels, job.padTop, job.padLeft,
          outTile, down, across, inputs + <usize>(i * tilesPerImage) * floats(channels), inputStep, strip,
        );
        transformGradient(
          job.dy + <usize>(first + i) * gradientBytes, job.outHeight, job.outWidth, outChannels,
          outTile, down, across, gradients + <usize>(i * tilesPerImage) * floats(outChannels), gradientStep, gradientStrip,
        );
      }
      accumulatePlanes(images * tilesPerImage, channels, outChannels, inputs, inputStep, gradients, gradientStep, sums, sumsStep);
    }
    finish(sums, sumsStep, channels, outChannels, outTile, job.partials + floats(part * filterFloats), between);
  }
}

function accumulatePlanes(
  tiles: i32, channels: i32, outChannels: i32, inputs: usize, inputStep: usize, gradients: usize, gradientStep: usize,
  sums: usize, sumsStep: usize,
): void {
  const deep = channels / TILE_ROWS, panels = outChannels / TILE_COLUMNS;
  for (let plane: usize = 0; plane < PLANES; plane++) {
    let tile = sums + plane * sumsStep;
    for (let j = 0; j < panels; j++)
      for (let k = 0; k < deep; k++) {
        const o = floats(k * TILE_ROWS);
        accumulateTile(
          inputs + plane * inputStep, o, o + 4, o + 8, o + 12, 0, floats(channels),
          gradients + plane * gradientStep + <usize>j * TILE_ROW_BYTES, floats(outChannels), 1, tiles, tile,
        );
        tile += TILE_BYTES;
      }
  }
}

/** Transforms the summed planes into a gradient [side, side, channels, outChannels]. */
function finish(
  sums: usize, sumsStep: usize, channels: i32, outChannels: i32, outTile: i32, out: usize, between: usize,
): void {
  const side = <usize>(<i32>IN_TILE + 1 - outTile), deep = channels / TILE_ROWS, positionBytes = floats(channels * outChannels);
  for (let c = 0; c < channels; c++)
    for (let column = 0; column < outChannels; column += LANES) {
      const from = sums + <usize>((column / TILE_COLUMNS) * deep) * TILE_BYTES + <usize>c * TILE_ROW_BYTES + floats(column % TILE_COLUMNS);
      const to = out + floats(c * outChannels + column);
      for (let i: usize = 0; i < IN_TILE; i++)
        transformFilterGradient(outTile, from + i * sumsStep, IN_TILE * sumsStep, between + i * VECTOR_BYTES, IN_TILE * VECTOR_BYTES);
      for (let i: usize = 0; i < side; i++)
        transformFilterGradient(outTile, between + i * IN_TILE * VECTOR_BYTES, VECTOR_BYTES, to + i * side * positionBytes, positionBytes);
    }
}
