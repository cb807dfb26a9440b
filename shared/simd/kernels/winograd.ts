// Winograd convolution of stride 1 with 3×3 filters: transform tiles of the input, multiply each of their 36 planes
// by the same plane of the transformed filter, transform back. Channels are multiples of eight.

import { padImage } from "./image";
import { TILE_COLUMNS, TILE_ROWS, TILE_ROW_BYTES, multiplyTile, panelBytes } from "./tile";
import { VECTOR_BYTES, activate, floats, shareStart, wholeLines, zero } from "./vector";
import { transformInput, transformOutput } from "./winograd-transforms";

/** Side of an output tile. */
// @ts-ignore: decorator
@inline export const OUT_TILE: i32 = 4;
/** Side of an input tile; a tile has PLANES elements, and equal elements of all tiles form a plane. */
// @ts-ignore: decorator
@inline export const IN_TILE: usize = 6;
// @ts-ignore: decorator
@inline export const PLANES: usize = 36;
/** Room for one tile between its two transforms, and for one row of a finished one. */
// @ts-ignore: decorator
@inline export const BETWEEN_BYTES: usize = 1024;
// @ts-ignore: decorator
@inline const FINISHED_ROW_AT: usize = 512;

/** Bytes from one plane to the next. Without the spare line a power of two would put all planes into one cache set. */
// @ts-ignore: decorator
@inline export function planeStep(tiles: i32, channels: i32): usize {
  return <usize>tiles * floats(channels) + 64;
}

// @ts-ignore: decorator
@inline export function tilesAlong(length: i32): i32 {
  return (length + OUT_TILE - 1) / OUT_TILE;
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
}

/** Transforms one padded image into the planes, one tile after the other. */
export function transformImage(source: usize, down: i32, across: i32, channels: i32, planes: usize, step: usize, between: usize): void {
  const pixelBytes = floats(channels), rowBytes = <usize>(across * OUT_TILE + 2) * pixelBytes;
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      const tile = source + <usize>(y * OUT_TILE) * rowBytes + <usize>(x * OUT_TILE) * pixelBytes;
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
export function winogradScratchBytes(outHeight: i32, outWidth: i32, channels: i32, outChannels: i32, group: i32): usize {
  const down = tilesAlong(outHeight), across = tilesAlong(outWidth), tiles = group * down * across;
  return wholeLines(
    BETWEEN_BYTES + wholeLines(floats(channels)) + PLANES * (planeStep(tiles, channels) + planeStep(tiles, outChannels)) +
    floats((down * OUT_TILE + 2) * (across * OUT_TILE + 2) * channels),
  );
}

/** The threads share the images. */
export function winogradConvolution(at: usize, share: i32, shares: i32): void {
  const job = changetype<WinogradArguments>(at);
  const channels = job.channels, outChannels = job.outChannels, group = job.group;
  const down = tilesAlong(job.outHeight), across = tilesAlong(job.outWidth), tilesPerImage = down * across;
  const between = job.scratch + <usize>share * job.scratchBytes;
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
        down * OUT_TILE + 2, across * OUT_TILE + 2, job.padTop, job.padLeft, 1, 1,
      );
      transformImage(copy, down, across, channels, inputs + <usize>(i * tilesPerImage) * floats(channels), inputStep, between);
    }
    multiplyPlanes(images * tilesPerImage, channels, outChannels, inputs, inputStep, job.transformed, products, productStep, offsets, between);
    for (let i = 0; i < images; i++)
      finishImage(job, first + i, down, across, products + <usize>(i * tilesPerImage) * floats(outChannels), productStep, between);
  }
}

function multiplyPlanes(
  tiles: i32, channels: i32, outChannels: i32, inputs: usize, inputStep: usize, filter: usize,
  products: usize, productStep: usize, offsets: usize, spare: usize,
): void {
  const panels = outChannels / TILE_COLUMNS, inBytes = floats(channels), outBytes = floats(outChannels);
  for (let plane: usize = 0; plane < PLANES; plane++)
    for (let j = 0; j < panels; j++) {
      const panel = filter + (plane * <usize>panels + <usize>j) * panelBytes(channels);
      let a = inputs + plane * inputStep, out = products + plane * productStep + <usize>j * TILE_ROW_BYTES;
      for (let i = 0; i < tiles; i += TILE_ROWS) {
        const rows = min(TILE_ROWS, tiles - i);
        multiplyTile(
          channels, offsets, a, rows > 1 ? a + inBytes : a, rows > 2 ? a + 2 * inBytes : a, rows > 3 ? a + 3 * inBytes : a,
          panel, out, outBytes, rows, TILE_COLUMNS, 0, 0, spare,
        );
        a += <usize>TILE_ROWS * inBytes;
        out += <usize>TILE_ROWS * outBytes;
      }
    }
}

function finishImage(job: WinogradArguments, image: i32, down: i32, across: i32, products: usize, step: usize, between: usize): void {
  const pixelBytes = floats(job.outChannels), rowBytes = <usize>job.outWidth * pixelBytes;
  const bias = job.bias, activation = job.activation, finished = between + FINISHED_ROW_AT;
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      const tile = products + <usize>(y * across + x) * pixelBytes;
      const out = job.out + <usize>((image * job.outHeight + y * OUT_TILE) * job.outWidth + x * OUT_TILE) * pixelBytes;
      const rows = min(OUT_TILE, job.outHeight - y * OUT_TILE), columns = min(OUT_TILE, job.outWidth - x * OUT_TILE);
      for (let c: usize = 0; c < pixelBytes; c += VECTOR_BYTES) {
        for (let i: usize = 0; i < IN_TILE; i++)
          transformOutput(tile + c + i * step, IN_TILE * step, between + i * VECTOR_BYTES, IN_TILE * VECTOR_BYTES);
        const offset = bias ? v128.load(bias + c) : zero();
        for (let i = 0; i < rows; i++) {
          transformOutput(between + <usize>i * IN_TILE * VECTOR_BYTES, VECTOR_BYTES, finished, VECTOR_BYTES);
          const to = out + c + <usize>i * rowBytes;
          for (let q = 0; q < columns; q++)
            v128.store(to + <usize>q * pixelBytes, activate(f32x4.add(offset, v128.load(finished + <usize>q * VECTOR_BYTES)), activation));
        }
      }
    }
}
