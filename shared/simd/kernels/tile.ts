// The two inner loops in which nearly all the time of a training step is spent.
// Both work on tiles of 4 rows × 8 columns: eight accumulators, two vectors of the right operand and one of
// the left fill the 16 registers of x86. A 6×8 tile spills and is slower.

import { FLOAT_BYTES, activate, floats, multiplyAdd, zero } from "./vector";

// @ts-ignore: decorator
@inline export const TILE_ROWS: i32 = 4;
// @ts-ignore: decorator
@inline export const TILE_COLUMNS: i32 = 8;
/** Bytes of one row of a tile, which is also one row of a packed panel. */
// @ts-ignore: decorator
@inline export const TILE_ROW_BYTES: usize = 32;
// @ts-ignore: decorator
@inline export const TILE_BYTES: usize = 128;

// @ts-ignore: decorator
@inline export function panelsFor(columns: i32): i32 {
  return (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
}

// @ts-ignore: decorator
@inline export function panelBytes(depth: i32): usize {
  return <usize>depth * TILE_ROW_BYTES;
}

/**
 * out[r][0..8] = activate(bias + Σ_k memory[a_r + offsets[k]] · panel[k][0..8]) for four rows r.
 * The indirection over `offsets` lets a convolution read its windows in place, without building a matrix of them.
 */
// @ts-ignore: decorator
@inline function multiplyFullTile(
  depth: i32, offsets: usize, a0: usize, a1: usize, a2: usize, a3: usize, panel: usize,
  out0: usize, out1: usize, out2: usize, out3: usize, bias: usize, activation: i32,
): void {
  let c00: v128, c01: v128;
  if (bias) {
    c00 = v128.load(bias);
    c01 = v128.load(bias, 16);
  } else {
    c00 = zero();
    c01 = zero();
  }
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
  const end = panel + panelBytes(depth);
  while (panel < end) {
    const offset = <usize>load<u32>(offsets);
    const b0 = v128.load(panel), b1 = v128.load(panel, 16);
    let a = v128.load32_splat(a0 + offset);
    c00 = multiplyAdd(a, b0, c00);
    c01 = multiplyAdd(a, b1, c01);
    a = v128.load32_splat(a1 + offset);
    c10 = multiplyAdd(a, b0, c10);
    c11 = multiplyAdd(a, b1, c11);
    a = v128.load32_splat(a2 + offset);
    c20 = multiplyAdd(a, b0, c20);
    c21 = multiplyAdd(a, b1, c21);
    a = v128.load32_splat(a3 + offset);
    c30 = multiplyAdd(a, b0, c30);
    c31 = multiplyAdd(a, b1, c31);
    offsets += FLOAT_BYTES;
    panel += TILE_ROW_BYTES;
  }
  if (activation) {
    c00 = activate(c00, activation);
    c01 = activate(c01, activation);
    c10 = activate(c10, activation);
    c11 = activate(c11, activation);
    c20 = activate(c20, activation);
    c21 = activate(c21, activation);
    c30 = activate(c30, activation);
    c31 = activate(c31, activation);
  }
  v128.store(out3, c30);
  v128.store(out3, c31, 16);
  v128.store(out2, c20);
  v128.store(out2, c21, 16);
  v128.store(out1, c10);
  v128.store(out1, c11, 16);
  v128.store(out0, c00);
  v128.store(out0, c01, 16);
}

/**
 * As above for four whole rows that lie dense, and eight columns: out[r][0..8] = bias + Σ_k a_r[k] · panel[k][0..8].
 * Two or four steps k in one turn of the loop would be slower: the engine would run out of registers.
 */
// @ts-ignore: decorator
@inline export function multiplyDenseTile(
  depth: i32, a0: usize, a1: usize, a2: usize, a3: usize, panel: usize, out: usize, outStep: usize, bias: usize,
): void {
  let c00: v128, c01: v128;
  if (bias) {
    c00 = v128.load(bias);
    c01 = v128.load(bias, 16);
  } else {
    c00 = zero();
    c01 = zero();
  }
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
  const end = panel + panelBytes(depth);
  while (panel < end) {
    const b0 = v128.load(panel), b1 = v128.load(panel, 16);
    let v = v128.load32_splat(a0);
    c00 = multiplyAdd(v, b0, c00);
    c01 = multiplyAdd(v, b1, c01);
    v = v128.load32_splat(a1);
    c10 = multiplyAdd(v, b0, c10);
    c11 = multiplyAdd(v, b1, c11);
    v = v128.load32_splat(a2);
    c20 = multiplyAdd(v, b0, c20);
    c21 = multiplyAdd(v, b1, c21);
    v = v128.load32_splat(a3);
    c30 = multiplyAdd(v, b0, c30);
    c31 = multiplyAdd(v, b1, c31);
    a0 += FLOAT_BYTES;
    a1 += FLOAT_BYTES;
    a2 += FLOAT_BYTES;
    a3 += FLOAT_BYTES;
    panel += TILE_ROW_BYTES;
  }
  v128.store(out, c00);
  v128.store(out, c01, 16);
  out += outStep;
  v128.store(out, c10);
  v128.store(out, c11, 16);
  out += outStep;
  v128.store(out, c20);
  v128.store(out, c21, 16);
  out += outStep;
  v128.store(out, c30);
  v128.store(out, c31, 16);
}

/**
 * As above for `rows` (1..4) and `columns` (1..8) that exist; `spare` is a tile's worth of memory. Rows that do
 * not exist must repeat an address that does.
 */
// @ts-ignore: decorator
@inline export function multiplyTile(
  depth: i32, offsets: usize, a0: usize, a1: usize, a2: usize, a3: usize, panel: usize,
  out: usize, outRowBytes: usize, rows: i32, columns: i32, bias: usize, activation: i32, spare: usize,
): void {
  const whole = columns == TILE_COLUMNS && rows == TILE_ROWS;
  const to = whole ? out : spare;
  const step = whole ? outRowBytes : TILE_ROW_BYTES;
  multiplyFullTile(depth, offsets, a0, a1, a2, a3, panel, to, to + step, to + 2 * step, to + 3 * step, bias, activation);
  if (whole) return;
  for (let r = 0; r < rows; r++) {
    const target = out + <usize>r * outRowBytes, source = spare + <usize>r * TILE_ROW_BYTES;
    for (let c = 0; c < columns; c++) store<f32>(target + floats(c), load<f32>(source + floats(c)));
  }
}

/**
 * tile[r][0..8] += Σ a[o_r + i·aStep] · b[i·bStep][0..8] over `count` steps i of each of `lines` lines: the outer
 * products that make up a filter gradient.
 */
export function accumulateTile(
  a: usize, o0: usize, o1: usize, o2: usize, o3: usize, aLine: usize, aStep: usize, b: usize, bStep: usize,
  lines: i32, count: i32, tile: usize,
): void {
  let c00 = v128.load(tile), c01 = v128.load(tile, 16), c10 = v128.load(tile, 32), c11 = v128.load(tile, 48);
  let c20 = v128.load(tile, 64), c21 = v128.load(tile, 80), c30 = v128.load(tile, 96), c31 = v128.load(tile, 112);
  for (let line = 0; line < lines; line++) {
    let a0 = a + o0, a1 = a + o1, a2 = a + o2, a3 = a + o3;
    const end = b + <usize>count * bStep;
    while (b < end) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let v = v128.load32_splat(a0);
      c00 = multiplyAdd(v, b0, c00);
      c01 = multiplyAdd(v, b1, c01);
      v = v128.load32_splat(a1);
      c10 = multiplyAdd(v, b0, c10);
      c11 = multiplyAdd(v, b1, c11);
      v = v128.load32_splat(a2);
      c20 = multiplyAdd(v, b0, c20);
      c21 = multiplyAdd(v, b1, c21);
      v = v128.load32_splat(a3);
      c30 = multiplyAdd(v, b0, c30);
      c31 = multiplyAdd(v, b1, c31);
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      b += bStep;
    }
    a += aLine;
  }
  v128.store(tile, c00);
  v128.store(tile, c01, 16);
  v128.store(tile, c10, 32);
  v128.store(tile, c11, 48);
  v128.store(tile, c20, 64);
  v128.store(tile, c21, 80);
  v128.store(tile, c30, 96);
  v128.store(tile, c31, 112);
}
