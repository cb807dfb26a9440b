// Winograd convolution of stride 1 with 3×3 or 5×5 filters: transform tiles of the input, multiply each of their 36
// planes by the same plane of the transformed filter, transform back. Channels are multiples of eight.

import { padImage } from "./image";
import { ownScratch } from "./thread";
import { TILE_COLUMNS, TILE_ROWS, TILE_ROW_BYTES, multiplyTile, panelBytes } from "./tile";
import { VECTOR_BYTES, floats, shareStart, wholeLines } from "./vector";
import { transformInput, transformOutput } from "./winograd-transforms";

/** Side of an input tile; a tile has PLANES elements, and equal elements of all tiles form a plane. */
// @ts-ignore: decorator
@inline export const IN_TILE: usize = 6;
// @ts-ignore: decorator
@inline export const PLANES: usize = 36;
/** Room for one tile between its two passes, and for one row of a finished one. */
// @ts-ignore: decorator
@inline export const BETWEEN_BYTES: usize = 1024;
// @ts-ignore: decorator
@inline const FINISHED_ROW_AT: usize = 640;
/** The plane of interpolation point 1 along both axes: what is added there is added to the whole output tile. */
// @ts-ignore: decorator
@inline const BIAS_PLANE: usize = 7;

/** Bytes from one plane to the next. Without the spare line a power of two would put all planes into one cache set. */
// @ts-ignore: decorator
@inline export function planeStep(tiles: i32, channels: i32): usize {
  return <usize>tiles * floats(channels) + 64;
}

// @ts-ignore: decorator
@inline export function tilesAlong(length: i32, outTile: i32): i32 {
  return (length + outTile - 1) / outTile;
}

/** Pixels that the tiles along an axis cover, those that neighbours share counted once. */
// @ts-ignore: decorator
@inline export function coveredBy(tiles: i32, outTile: i32): i32 {
  return tiles * outTile + <i32>IN_TILE - outTile;
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

/** Transforms one padded image into the planes, one tile after the other. */
export function transformImage(
  source: usize, outTile: i32, down: i32, across: i32, channels: i32, planes: usize, step: usize, between: usize,
): void {
  const pixelBytes = floats(channels), rowBytes = <usize>coveredBy(across, outTile) * pixelBytes;
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      const tile = source + <usize>(y * outTile) * rowBytes + <usize>(x * outTile) * pixelBytes;
      for (let c: usize = 0; c < pixelBytes; c += VECTOR_BYTES) {
        for (let i: usize = 0; i < IN_TILE; i++)
          transformInput(tile + c + i * pixelBytes, rowBytes, between + i * VECTOR_BYTES, IN_TILE * VECTOR_BYTES);
        for (let i: usize = 0; i < IN_TILE; i++)
          transformInput(between + i * IN_TILE * VECTOR_BYTES, VECTOR_BYTES, planes + c + i * IN_TILE * step, step);
      }
      planes += pixelBytes;
    }
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

// Scratch of a thread: between | offsets | input planes | product planes | padded image.
export function winogradScratchBytes(
  outHeight: i32, outWidth: i32, channels: i32, outChannels: i32, group: i32, outTile: i32,
): usize {
  const down = tilesAlong(outHeight, outTile), across = tilesAlong(outWidth, outTile), tiles = group * down * across;
  return wholeLines(
    BETWEEN_BYTES + wholeLines(floats(channels)) + PLANES * (planeStep(tiles, channels) + planeStep(tiles, outChannels)) +
    floats(coveredBy(down, outTile) * coveredBy(across, outTile) * channels),
  );
}

/** The threads share the images. */
export function winogradConvolution(at: usize, share: i32, shares: i32): void {
  const job = changetype<WinogradArguments>(at);
  const channels = job.channels, outChannels = job.outChannels, group = job.group, outTile = job.outTile;
  const down = tilesAlong(job.outHeight, outTile), across = tilesAlong(job.outWidth, outTile), tilesPerImage = down * across;
  const between = ownScratch(job.scratch, job.scratchBytes);
  const offsets = between + BETWEEN_BYTES, inputs = offsets + wholeLines(floats(channels));
  const inputStep = planeStep(group * tilesPerImage, channels), productStep = planeStep(group * tilesPerImage, outChannels);
  const products = inputs + PLANES * inputStep, copy = products + PLANES * productStep;
  for (let c = 0; c < channels; c++) store<u32>(offsets + floats(c), <u32>floats(c));

  const end = shareStart(job.images, share + 1, shares), imageBytes = floats(job.height * job.width * channels);
  for (let first = shareStart(job.images, share, shares); first < end; first += group) {
    const images = min(group, end - first);
    for (let i = 0; i < images; i++) {
      padImage(
        job.x + <usize>(first + i) * imageBytes, job.height, job.width, channels, copy,
        coveredBy(down, outTile), coveredBy(across, outTile), job.padTop, job.padLeft,
      );
      transformImage(copy, outTile, down, across, channels, inputs + <usize>(i * tilesPerImage) * floats(channels), inputStep, between);
    }
    multiplyPlanes(images * tilesPerImage, channels, outChannels, inputs, inputStep, job.transformed, job.bias, products, productStep, offsets, between);
    for (let i = 0; i < images; i++)
      finishImage(job, first + i, down, across, products + <usize>(i * tilesPerImage) * floats(outChannels), productStep, between);
  }
}

function multiplyPlanes(
  tiles: i32, channels: i32, outChannels: i32, inputs: usize, inputStep: usize, filter: usize, bias: usize,
  products: usize, productStep: usize, offsets: usize, spare: usize,
): void {
  const panels = outChannels / TILE_COLUMNS, inBytes = floats(channels), outBytes = floats(outChannels);
  for (let plane: usize = 0; plane < PLANES; plane++)
    for (let j = 0; j < panels; j++) {
      const panel = filter + (plane * <usize>panels + <usize>j) * panelBytes(channels);
      const panelBias = bias && plane == BIAS_PLANE ? bias + <usize>j * TILE_ROW_BYTES : 0;
      let a = inputs + plane * inputStep, out = products + plane * productStep + <usize>j * TILE_ROW_BYTES;
      for (let i = 0; i < tiles; i += TILE_ROWS) {
        const rows = min(TILE_ROWS, tiles - i);
        multiplyTile(
          channels, offsets, a, rows > 1 ? a + inBytes : a, rows > 2 ? a + 2 * inBytes : a, rows > 3 ? a + 3 * inBytes : a,
          panel, out, outBytes, rows, TILE_COLUMNS, panelBias, 0, spare,
        );
        a += <usize>TILE_ROWS * inBytes;
        out += <usize>TILE_ROWS * outBytes;
      }
    }
}

function finishImage(job: WinogradArguments, image: i32, down: i32, across: i32, products: usize, step: usize, between: usize): void {
  const pixelBytes = floats(job.outChannels), rowBytes = <usize>job.outWidth * pixelBytes;
  const activation = job.activation, outTile = job.outTile, finished = between + FINISHED_ROW_AT;
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      const tile = products + <usize>(y * across + x) * pixelBytes;
      const out = job.out + <usize>((image * job.outHeight + y * outTile) * job.outWidth + x * outTile) * pixelBytes;
      const rows = min(outTile, job.outHeight - y * outTile), columns = min(outTile, job.outWidth - x * outTile);
      for (let c: usize = 0; c < pixelBytes; c += VECTOR_BYTES) {
        for (let i: usize = 0; i < IN_TILE; i++)
          transformOutput(outTile, tile + c + i * step, IN_TILE * step, between + i * VECTOR_BYTES, IN_TILE * VECTOR_BYTES, 0);
        let from = between, to = out + c;
        for (let i = 0; i < rows; i++) {
          if (columns == outTile) transformOutput(outTile, from, VECTOR_BYTES, to, pixelBytes, activation);
          else {
            transformOutput(outTile, from, VECTOR_BYTES, finished, VECTOR_BYTES, activation);
            for (let q = 0; q < columns; q++) v128.store(to + <usize>q * pixelBytes, v128.load(finished + <usize>q * VECTOR_BYTES));
          }
          from += IN_TILE * VECTOR_BYTES;
          to += rowBytes;
        }
      }
    }
}
