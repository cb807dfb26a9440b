// Winograd's two-dimensional transforms, one row of tiles at a time: first down, on whole rows of the image, so that what
// neighbouring tiles share is transformed once; then across, tile by tile. Both passes run along memory.

import { Activation } from "./protocol";
import { VECTOR_BYTES, floats } from "./vector";
import { transformInput, transformOutput2, transformOutput4, transformOutputGradient2, transformOutputGradient4 } from "./winograd-transforms";

/** Side of an input tile; a tile has PLANES elements, and equal elements of all tiles form a plane. */
// @ts-ignore: decorator
@inline export const IN_TILE: usize = 6;
// @ts-ignore: decorator
@inline export const PLANES: usize = 36;

// @ts-ignore: decorator
@inline export function tilesAlong(length: i32, outTile: i32): i32 {
  return (length + outTile - 1) / outTile;
}

/** Pixels that the tiles along an axis cover, those that neighbours share counted once. */
// @ts-ignore: decorator
@inline function coveredBy(tiles: i32, outTile: i32): i32 {
  return tiles * outTile + <i32>IN_TILE - outTile;
}

/** Room for a strip: a row of zeros, and the six rows of a row of input tiles. It must hold zeros at first. */
export function inputStripBytes(across: i32, outTile: i32, channels: i32): usize {
  return (1 + IN_TILE) * floats(coveredBy(across, outTile) * channels);
}

/** Room for a row of zeros and the six rows of a row of tiles of the output's gradient. It must hold zeros at first. */
export function gradientStripBytes(across: i32, outTile: i32, channels: i32): usize {
  return (1 + IN_TILE) * floats(across * outTile * channels);
}

/** Room for a row of products, transformed down. */
export function outputStripBytes(across: i32, outTile: i32, channels: i32): usize {
  return IN_TILE * floats(across * outTile * channels);
}

/** Transforms an image, zero where a tile reaches beyond it, into planes of `down` · `across` tiles. */
export function transformImage(
  image: usize, height: i32, width: i32, channels: i32, padTop: i32, padLeft: i32,
  outTile: i32, down: i32, across: i32, planes: usize, step: usize, strip: usize,
): void {
  const pixelBytes = floats(channels), covered = coveredBy(across, outTile), rowBytes = <usize>covered * pixelBytes;
  const rows = strip + rowBytes, first = max(0, -padLeft), columns = max(0, min(width, covered - padLeft) - first);
  const to = rows + <usize>(first + padLeft) * pixelBytes, bytes = <usize>columns * pixelBytes;
  const source = image + <usize>first * pixelBytes, sourceRow = <usize>width * pixelBytes;
  for (let y = 0; y < down; y++) {
    const top = y * outTile - padTop;
    inputDown(
      rowAt(source, sourceRow, top, height, strip), rowAt(source, sourceRow, top + 1, height, strip),
      rowAt(source, sourceRow, top + 2, height, strip), rowAt(source, sourceRow, top + 3, height, strip),
      rowAt(source, sourceRow, top + 4, height, strip), rowAt(source, sourceRow, top + 5, height, strip),
      to, rowBytes, bytes,
    );
    for (let i: usize = 0; i < IN_TILE; i++)
      inputAcross(rows + i * rowBytes, pixelBytes, <usize>outTile * pixelBytes, across, planes + i * IN_TILE * step, step);
    planes += <usize>across * pixelBytes;
  }
}

/** Transforms the output's gradient of an image, zero where a tile reaches beyond it, into planes. */
export function transformGradient(
  gradient: usize, height: i32, width: i32, channels: i32,
  outTile: i32, down: i32, across: i32, planes: usize, step: usize, strip: usize,
): void {
  const pixelBytes = floats(channels), tileBytes = <usize>outTile * pixelBytes, rowBytes = <usize>across * tileBytes;
  const rows = strip + rowBytes, sourceRow = <usize>width * pixelBytes;
  for (let y = 0; y < down; y++) {
    const top = y * outTile;
    const r0 = rowAt(gradient, sourceRow, top, height, strip), r1 = rowAt(gradient, sourceRow, top + 1, height, strip);
    if (outTile == 4)
      gradientDown4(
        r0, r1, rowAt(gradient, sourceRow, top + 2, height, strip), rowAt(gradient, sourceRow, top + 3, height, strip),
        rows, rowBytes, sourceRow,
      );
    else gradientDown2(r0, r1, rows, rowBytes, sourceRow);
    for (let i: usize = 0; i < IN_TILE; i++) {
      const from = rows + i * rowBytes, to = planes + i * IN_TILE * step;
      if (outTile == 4) gradientAcross4(from, pixelBytes, across, to, step);
      else gradientAcross2(from, pixelBytes, across, to, step);
    }
    planes += <usize>across * pixelBytes;
  }
}

/** Transforms planes of products back into an image; what the last tiles have beyond it is dropped. */
export function transformProducts(
  products: usize, step: usize, outTile: i32, down: i32, across: i32,
  out: usize, height: i32, width: i32, channels: i32, activation: i32, strip: usize,
): void {
  const pixelBytes = floats(channels), bytes = <usize>across * pixelBytes, rowBytes = <usize>width * pixelBytes;
  for (let y = 0; y < down; y++) {
    for (let k: usize = 0; k < IN_TILE; k++) {
      if (outTile == 4) outputDown4(products + k * step, IN_TILE * step, strip + k * bytes, IN_TILE * bytes, bytes);
      else outputDown2(products + k * step, IN_TILE * step, strip + k * bytes, IN_TILE * bytes, bytes);
    }
    const rows = min(outTile, height - y * outTile);
    for (let i = 0; i < rows; i++) {
      // Without an activation its loop tests for none.
      const from = strip + <usize>i * IN_TILE * bytes;
      if (activation == Activation.none) outputAcross(from, bytes, outTile, width, out, pixelBytes, Activation.none);
      else outputAcross(from, bytes, outTile, width, out, pixelBytes, activation);
      out += rowBytes;
    }
    products += bytes;
  }
}

// @ts-ignore: decorator
@inline function rowAt(source: usize, rowBytes: usize, row: i32, rows: i32, zeros: usize): usize {
  return row >= 0 && row < rows ? source + <usize>row * rowBytes : zeros;
}

function inputDown(
  r0: usize, r1: usize, r2: usize, r3: usize, r4: usize, r5: usize, to: usize, toStep: usize, bytes: usize,
): void {
  for (let o: usize = 0; o < bytes; o += VECTOR_BYTES)
    transformInput(
      v128.load(r0 + o), v128.load(r1 + o), v128.load(r2 + o), v128.load(r3 + o), v128.load(r4 + o), v128.load(r5 + o),
      to + o, toStep,
    );
}

function inputAcross(from: usize, pixelBytes: usize, tileBytes: usize, tiles: i32, to: usize, toStep: usize): void {
  for (let tile = 0; tile < tiles; tile++) {
    const end = from + pixelBytes;
    for (let at = from; at < end; at += VECTOR_BYTES) {
      const a1 = at + pixelBytes, a2 = a1 + pixelBytes, a3 = a2 + pixelBytes, a4 = a3 + pixelBytes, a5 = a4 + pixelBytes;
      transformInput(v128.load(at), v128.load(a1), v128.load(a2), v128.load(a3), v128.load(a4), v128.load(a5), to, toStep);
      to += VECTOR_BYTES;
    }
    from += tileBytes;
  }
}

function gradientDown4(r0: usize, r1: usize, r2: usize, r3: usize, to: usize, toStep: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += VECTOR_BYTES)
    transformOutputGradient4(v128.load(r0 + o), v128.load(r1 + o), v128.load(r2 + o), v128.load(r3 + o), to + o, toStep);
}

function gradientDown2(r0: usize, r1: usize, to: usize, toStep: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += VECTOR_BYTES)
    transformOutputGradient2(v128.load(r0 + o), v128.load(r1 + o), to + o, toStep);
}

function gradientAcross4(from: usize, pixelBytes: usize, tiles: i32, to: usize, toStep: usize): void {
  for (let tile = 0; tile < tiles; tile++) {
    const end = from + pixelBytes;
    for (let at = from; at < end; at += VECTOR_BYTES) {
      const a1 = at + pixelBytes, a2 = a1 + pixelBytes, a3 = a2 + pixelBytes;
      transformOutputGradient4(v128.load(at), v128.load(a1), v128.load(a2), v128.load(a3), to, toStep);
      to += VECTOR_BYTES;
    }
    from += 4 * pixelBytes;
  }
}

function gradientAcross2(from: usize, pixelBytes: usize, tiles: i32, to: usize, toStep: usize): void {
  for (let tile = 0; tile < tiles; tile++) {
    const end = from + pixelBytes;
    for (let at = from; at < end; at += VECTOR_BYTES) {
      transformOutputGradient2(v128.load(at), v128.load(at + pixelBytes), to, toStep);
      to += VECTOR_BYTES;
    }
    from += 2 * pixelBytes;
  }
}

function outputDown4(from: usize, fromStep: usize, to: usize, toStep: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += VECTOR_BYTES)
    transformOutput4(from + o, fromStep, to + o, toStep, Activation.none);
}

function outputDown2(from: usize, fromStep: usize, to: usize, toStep: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += VECTOR_BYTES)
    transformOutput2(from + o, fromStep, to + o, toStep, Activation.none);
}

/** One row of the image out of the six of a strip. */
// @ts-ignore: decorator
@inline function outputAcross(from: usize, fromStep: usize, outTile: i32, width: i32, out: usize, pixelBytes: usize, activation: i32): void {
  const whole = width / outTile, rest = width % outTile, tileBytes = <usize>outTile * pixelBytes;
  for (let tile = 0; tile < whole; tile++) {
    for (let c: usize = 0; c < pixelBytes; c += VECTOR_BYTES) {
      if (outTile == 4) transformOutput4(from, fromStep, out + c, pixelBytes, activation);
      else transformOutput2(from, fromStep, out + c, pixelBytes, activation);
      from += VECTOR_BYTES;
    }
    out += tileBytes;
  }
  if (rest == 0) return;
  // The strip's own first row has been used up to here: it lends room for the tile that is cut off.
  for (let c: usize = 0; c < pixelBytes; c += VECTOR_BYTES) {
    if (outTile == 4) transformOutput4(from, fromStep, from, fromStep, activation);
    else transformOutput2(from, fromStep, from, fromStep, activation);
    for (let q = 0; q < rest; q++) v128.store(out + c + <usize>q * pixelBytes, v128.load(from + <usize>q * fromStep));
    from += VECTOR_BYTES;
  }
}
