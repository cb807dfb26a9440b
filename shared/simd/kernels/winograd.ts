// Winograd convolution of stride 1 with 3×3 or 5×5 filters: transform tiles of the input, multiply each of their 36
// planes by the same plane of the transformed filter, transform back. Inputs have a multiple of four channels, outputs of eight.

import { mustPrepare, ownScratch } from "./thread";
import { TILE_COLUMNS, TILE_ROWS, TILE_ROW_BYTES, multiplyDenseTile, panelBytes } from "./tile";
import { floats, shareStart, wholeLines } from "./vector";
import { PLANES, inputStripBytes, outputStripBytes, tilesAlong, transformImage, transformProducts } from "./winograd-strip";

/** The plane of interpolation point 1 along both axes: what is added there is added to the whole output tile. */
// @ts-ignore: decorator
@inline const BIAS_PLANE: usize = 7;

/**
 * Bytes from one plane to the next, up to whole tiles of rows. Without the spare line a power of two would put all planes
 * into one cache set.
 */
// @ts-ignore: decorator
@inline export function planeStep(tiles: i32, channels: i32): usize {
  return <usize>((tiles + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS) * floats(channels) + 64;
}

/** As `planeStep`, for the planes of a transformed filter. */
export function filterStep(channels: i32, outChannels: i32): usize {
  return floats(channels * outChannels) + 64;
}

/** A Winograd job: images of which `group` are transformed before the planes are multiplied. */
@unmanaged
export class WinogradShape {
  images: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  padTop: i32;
  padLeft: i32;
  group: i32;
  /** Side of an output tile: 4 for a 3×3 filter, 2 for a 5×5 one. */
  outTile: i32;
}

@unmanaged
class WinogradArguments extends WinogradShape {
  x: usize;
  /** From `Kernel.winogradFilter`. */
  transformed: usize;
  /** 0 for none. */
  bias: usize;
  activation: i32;
  out: usize;
  scratch: usize;
  scratchBytes: usize;
}

// Scratch of a thread: input planes | product planes | input strip | output strip.
export function winogradScratchBytes(
  outHeight: i32, outWidth: i32, channels: i32, outChannels: i32, group: i32, outTile: i32,
): usize {
  const down = tilesAlong(outHeight, outTile), across = tilesAlong(outWidth, outTile), tiles = group * down * across;
  return wholeLines(
    PLANES * (planeStep(tiles, channels) + planeStep(tiles, outChannels)) +
    inputStripBytes(across, outTile, channels) + outputStripBytes(across, outTile, outChannels),
  );
}

/** The threads share the images. */
export function winogradConvolution(at: usize, share: i32, shares: i32): void {
  const job = changetype<WinogradArguments>(at);
  const channels = job.channels, outChannels = job.outChannels, group = job.group, outTile = job.outTile;
  const down = tilesAlong(job.outHeight, outTile), across = tilesAlong(job.outWidth, outTile), tilesPerImage = down * across;
  const inputs = ownScratch(job.scratch, job.scratchBytes);
  const inputStep = planeStep(group * tilesPerImage, channels), productStep = planeStep(group * tilesPerImage, outChannels);
  const products = inputs + PLANES * inputStep, inputStrip = products + PLANES * productStep;
  const stripBytes = inputStripBytes(across, outTile, channels), outputStrip = inputStrip + stripBytes;
  if (mustPrepare()) memory.fill(inputStrip, 0, stripBytes);

  const end = shareStart(job.images, share + 1, shares), imageBytes = floats(job.height * job.width * channels);
  const outBytes = floats(job.outHeight * job.outWidth * outChannels);
  for (let first = shareStart(job.images, share, shares); first < end; first += group) {
    const images = min(group, end - first);
    for (let i = 0; i < images; i++)
      transformImage(
        job.x + <usize>(first + i) * imageBytes, job.height, job.width, channels, job.padTop, job.padLeft,
        outTile, down, across, inputs + <usize>(i * tilesPerImage) * floats(channels), inputStep, inputStrip,
      );
    multiplyPlanes(images * tilesPerImage, channels, outChannels, inputs, inputStep, job.transformed, job.bias, products, productStep);
    for (let i = 0; i < images; i++)
      transformProducts(
        products + <usize>(i * tilesPerImage) * floats(outChannels), productStep, outTile, down, across,
        job.out + <usize>(first + i) * outBytes, job.outHeight, job.outWidth, outChannels, job.activation, outputStrip,
      );
  }
}

/** Planes have room for whole tiles of rows: those that do not exist are multiplied as well, and nobody reads them. */
function multiplyPlanes(
  tiles: i32, channels: i32, outChannels: i32, inputs: usize, inputStep: usize, filter: usize, bias: usize,
  products: usize, productStep: usize,
): void {
  const panels = outChannels / TILE_COLUMNS, inBytes = floats(channels), outBytes = floats(outChannels);
  const step = filterStep(channels, outChannels);
  for (let plane: usize = 0; plane < PLANES; plane++)
    for (let j = 0; j < panels; j++) {
      const panel = filter + plane * step + <usize>j * panelBytes(channels);
      const panelBias = bias && plane == BIAS_PLANE ? bias + <usize>j * TILE_ROW_BYTES : 0;
      let a = inputs + plane * inputStep, out = products + plane * productStep + <usize>j * TILE_ROW_BYTES;
      for (let i = 0; i < tiles; i += TILE_ROWS) {
        multiplyDenseTile(channels, a, a + inBytes, a + 2 * inBytes, a + 3 * inBytes, panel, out, outBytes, panelBias);
        a += <usize>TILE_ROWS * inBytes;
        out += <usize>TILE_ROWS * outBytes;
      }
    }
}
