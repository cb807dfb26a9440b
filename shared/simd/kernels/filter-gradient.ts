// Gradient of a convolution's filter: outer products of the input's windows and the output's gradient.

import { ConvolutionShape, padImage, windowOffsets } from "./image";
import { ownScratch } from "./thread";
import { TILE_BYTES, TILE_COLUMNS, TILE_ROWS, TILE_ROW_BYTES, accumulateTile, panelsFor } from "./tile";
import { FLOAT_BYTES, floats, shareStart, wholeLines } from "./vector";

@unmanaged
class FilterGradientArguments extends ConvolutionShape {
  x: usize;
  dy: usize;
  /** Partial gradients, one after the other; `Kernel.sumParts` adds them. */
  partials: usize;
  /** The images are split into this many parts whatever the number of threads, so that the sums are the same. */
  parts: i32;
  /** Output rows taken at once, so that what they read stays in the first-level cache. */
  strip: i32;
  scratch: usize;
  scratchBytes: usize;
}

// @ts-ignore: decorator
@inline function tilesDeep(depth: i32): i32 {
  return (depth + TILE_ROWS - 1) / TILE_ROWS;
}

// Scratch of a thread: offsets, up to a whole number of tiles | accumulated tiles | padded image.
export function filterGradientScratchBytes(depth: i32, outChannels: i32, paddedFloats: i32): usize {
  return wholeLines(
    wholeLines(floats(depth + TILE_ROWS)) + <usize>(tilesDeep(depth) * panelsFor(outChannels)) * TILE_BYTES + floats(paddedFloats),
  );
}

/** The threads share the parts. */
export function filterGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<FilterGradientArguments>(at);
  const depth = job.filterHeight * job.filterWidth * job.channels, outChannels = job.outChannels;
  const deep = tilesDeep(depth), panels = panelsFor(outChannels);
  const offsets = ownScratch(job.scratch, job.scratchBytes);
  const tiles = offsets + wholeLines(floats(depth + TILE_ROWS)), copy = tiles + <usize>(deep * panels) * TILE_BYTES;
  windowOffsets(job, offsets);
  // Rows of the last tile that do not exist read somewhere harmless; their sums are not stored.
  for (let k = depth; k < deep * TILE_ROWS; k++) store<u32>(offsets + floats(k), load<u32>(offsets));

  const end = shareStart(job.parts, share + 1, shares);
  for (let part = shareStart(job.parts, share, shares); part < end; part++) {
    memory.fill(tiles, 0, <usize>(deep * panels) * TILE_BYTES);
    const last = shareStart(job.images, part + 1, job.parts);
    for (let image = shareStart(job.images, part, job.parts); image < last; image++)
      accumulateImage(job, image, deep, panels, offsets, tiles, copy);
    storeTiles(tiles, depth, outChannels, deep, panels, job.partials + floats(part * depth * outChannels));
  }
}

function accumulateImage(job: FilterGradientArguments, image: i32, deep: i32, panels: i32, offsets: usize, tiles: usize, copy: usize): void {
  const channels = job.channels, outWidth = job.outWidth, outHeight = job.outHeight, strip = job.strip;
  const gradientStep = floats(job.outChannels), columnStep = floats(job.strideWidth * channels);
  const lineStep = floats(job.strideHeight * job.paddedWidth * channels);
  const gradient = job.dy + <usize>(image * outHeight * outWidth) * gradientStep;
  let source = job.x + floats(image * job.height * job.width * channels);
  if (job.padded) {
    padImage(source, job.height, job.width, channels, copy, job.paddedHeight, job.paddedWidth, job.padTop, job.padLeft);
    source = copy;
  }
  for (let row = 0; row < outHeight; row += strip) {
    const rows = min(strip, outHeight - row);
    const x = source + <usize>row * lineStep, dy = gradient + <usize>(row * outWidth) * gradientStep;
    let tile = tiles;
    for (let j = 0; j < panels; j++)
      for (let k = 0; k < deep; k++) {
        const o = offsets + floats(k * TILE_ROWS);
        accumulateTile(
          x, load<u32>(o), load<u32>(o, 4), load<u32>(o, 8), load<u32>(o, 12), lineStep, columnStep,
          dy + <usize>j * TILE_ROW_BYTES, gradientStep, rows, outWidth, tile,
        );
        tile += TILE_BYTES;
      }
  }
}

function storeTiles(tiles: usize, depth: i32, outChannels: i32, deep: i32, panels: i32, out: usize): void {
  for (let j = 0; j < panels; j++) {
    const column = j * TILE_COLUMNS, columns = min(TILE_COLUMNS, outChannels - column);
    for (let k = 0; k < depth; k++) {
      const from = tiles + <usize>(j * deep) * TILE_BYTES + <usize>k * TILE_ROW_BYTES, to = out + floats(k * outChannels + column);
      for (let c = 0; c < columns; c++) store<f32>(to + <usize>c * FLOAT_BYTES, load<f32>(from + <usize>c * FLOAT_BYTES));
    }
  }
}
