// Layer normalisation: every row to mean 0 and variance 1, then scale and shift along it, and the gradient
// (Ba, Kiros & Hinton 2016).

import { ownScratch } from "./thread";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, across, firstLanes, floats, multiplyAdd, shareStart, storePart, wholeLines, wholeVectors, zero } from "./vector";

/** Rows whose gradients of scale and shift are summed before they are added to the part's. */
// @ts-ignore: decorator
@inline const BLOCK_ROWS: i32 = 256;

@unmanaged
class LayerNormArguments {
  rows: i32;
  columns: i32;
  x: usize;
  /** [columns]; 0 for none, which counts as ones and zeros. */
  gamma: usize;
  beta: usize;
  epsilon: f32;
  out: usize;
  /** [rows, 2]: mean and 1 / √(variance + epsilon) of every row, for the gradient; 0 where they are not wanted. */
  moments: usize;
}

/** The threads share the rows. */
export function layerNorm(at: usize, share: i32, shares: i32): void {
  const job = changetype<LayerNormArguments>(at);
  const columns = job.columns, rowBytes = floats(columns), count = <f32>columns;
  const rest = firstLanes(columns & (LANES - 1)), whole = columns & ~(LANES - 1);
  const gamma = job.gamma, beta = job.beta, end = shareStart(job.rows, share + 1, shares);
  for (let row = shareStart(job.rows, share, shares); row < end; row++) {
    const x = job.x + <usize>row * rowBytes, out = job.out + <usize>row * rowBytes;
    let c = 0, sum = zero();
    for (; c < whole; c += LANES) sum = f32x4.add(sum, v128.load(x + floats(c)));
    if (c < columns) sum = f32x4.add(sum, v128.and(v128.load(x + floats(c)), rest));
    const mean = across(sum) / count, middle = f32x4.splat(mean);
    let square = zero();
    for (c = 0; c < whole; c += LANES) {
      const d = f32x4.sub(v128.load(x + floats(c)), middle);
      square = multiplyAdd(d, d, square);
    }
    if (c < columns) {
      const d = v128.and(f32x4.sub(v128.load(x + floats(c)), middle), rest);
      square = multiplyAdd(d, d, square);
    }
    const inverse = <f32>1 / sqrt<f32>(across(square) / count + job.epsilon), factor = f32x4.splat(inverse);
    if (job.moments) {
      store<f32>(job.moments + 2 * floats(row), mean);
      store<f32>(job.moments + 2 * floats(row) + FLOAT_BYTES, inverse);
    }
    for (c = 0; c < columns; c += LANES) {
      const o = floats(c);
      let y = f32x4.mul(f32x4.sub(v128.load(x + o), middle), factor);
      if (gamma) y = f32x4.mul(y, v128.load(gamma + o));
      if (beta) y = f32x4.add(y, v128.load(beta + o));
      storePart(out + o, y, columns - c);
    }
  }
}

@unmanaged
class LayerNormGradientArguments {
  rows: i32;
  columns: i32;
  x: usize;
  dy: usize;
  gamma: usize;
  moments: usize;
  /** 0 where it is not wanted. */
  dx: usize;
  /** For each part the gradients of gamma and beta, [columns] each in whole vectors. */
  partials: usize;
  /** The rows are split into this many parts whatever the number of threads, so that the sums are the same. */
  parts: i32;
  /** Each is 0 where it is not wanted. */
  dgamma: usize;
  dbeta: usize;
  scratch: usize;
  scratchBytes: usize;
}

/** Of one part's gradients of gamma and beta. */
export function layerNormPartBytes(columns: i32): usize {
  return 2 * floats(wholeVectors(columns));
}

/** Of one thread: the sums of a block of rows. */
export function layerNormGradientScratchBytes(columns: i32): usize {
  return wholeLines(layerNormPartBytes(columns));
}

/** The threads share the parts. */
export function layerNormGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<LayerNormGradientArguments>(at);
  const columns = job.columns, width = floats(wholeVectors(columns));
  const sums = ownScratch(job.scratch, job.scratchBytes);
  const end = shareStart(job.parts, share + 1, shares);
  for (let part = shareStart(job.parts, share, shares); part < end; part++) {
    const out = job.partials + <usize>part * 2 * width;
    memory.fill(out, 0, 2 * width);
    const last = shareStart(job.rows, part + 1, job.parts);
    for (let row = shareStart(job.rows, part, job.parts); row < last; row += BLOCK_ROWS) {
      memory.fill(sums, 0, 2 * width);
      const blockEnd = min(last, row + BLOCK_ROWS);
      for (let i = row; i < blockEnd; i++) gradientOfRow(job, i, sums, width);
      for (let o: usize = 0; o < 2 * width; o += VECTOR_BYTES)
        v128.store(out + o, f32x4.add(v128.load(out + o), v128.load(sums + o)));
    }
  }
}

function gradientOfRow(job: LayerNormGradientArguments, row: i32, sums: usize, width: usize): void {
  const columns = job.columns, start = <usize>row * floats(columns), x = job.x + start, dy = job.dy + start, gamma = job.gamma;
  const rest = firstLanes(columns & (LANES - 1)), whole = columns & ~(LANES - 1), count = <f32>columns;
  const moments = job.moments + 2 * floats(row);
  const middle = v128.load32_splat(moments), factor = v128.load32_splat(moments + FLOAT_BYTES);
  let slope = zero(), product = zero();
  for (let c = 0; c < columns; c += LANES) {
    const o = floats(c), normal = f32x4.mul(f32x4.sub(v128.load(x + o), middle), factor);
    let d = v128.load(dy + o);
    v128.store(sums + o, multiplyAdd(d, normal, v128.load(sums + o)));
    v128.store(sums + width + o, f32x4.add(d, v128.load(sums + width + o)));
    if (gamma) d = f32x4.mul(d, v128.load(gamma + o));
    let p = f32x4.mul(d, normal);
    if (c >= whole) {
      d = v128.and(d, rest);
      p = v128.and(p, rest);
    }
    slope = f32x4.add(slope, d);
    product = f32x4.add(product, p);
  }
  if (!job.dx) return;
  const meanSlope = f32x4.splat(across(slope) / count), meanProduct = f32x4.splat(across(product) / count);
  const dx = job.dx + start;
  for (let c = 0; c < columns; c += LANES) {
    const o = floats(c), normal = f32x4.mul(f32x4.sub(v128.load(x + o), middle), factor);
    let d = v128.load(dy + o);
    if (gamma) d = f32x4.mul(d, v128.load(gamma + o));
    const along = multiplyAdd(normal, meanProduct, meanSlope);
    storePart(dx + o, f32x4.mul(f32x4.sub(d, along), factor), columns - c);
  }
}

/** Adds the parts up, on one thread. */
export function layerNormParts(at: usize, share: i32, shares: i32): void {
  const job = changetype<LayerNormGradientArguments>(at);
  const columns = job.columns, width = layerNormPartBytes(columns) / 2;
  for (let c = 0; c < columns; c += LANES) {
    let gamma = zero(), beta = zero(), from = job.partials + floats(c);
    for (let part = 0; part < job.parts; part++) {
      gamma = f32x4.add(gamma, v128.load(from));
      beta = f32x4.add(beta, v128.load(from + width));
      from += 2 * width;
    }
    if (job.dgamma) storePart(job.dgamma + floats(c), gamma, columns - c);
    if (job.dbeta) storePart(job.dbeta + floats(c), beta, columns - c);
  }
}
