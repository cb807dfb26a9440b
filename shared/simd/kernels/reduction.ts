// Sums over one of the collapsed axes [outer, rows, columns]. How a sum is split never depends on the number of
// threads, so that the same seed gives the same weights on every machine.

import { FLOAT_BYTES, LANES, VECTOR_BYTES, floats, shareStart, zero } from "./vector";

// @ts-ignore: decorator
@inline const ROWS_PER_BLOCK: i32 = 256;
// @ts-ignore: decorator
@inline const COLUMNS_PER_BLOCK: i32 = 1024;

@unmanaged
class SumPartsArguments {
  count: i32;
  /** Parts of `count` floats each, one after the other. */
  partials: usize;
  parts: i32;
  out: usize;
  scale: f32;
}

/** out[i] = scale · Σ over the parts of part[i]. The threads share the vectors; the last one is processed whole. */
export function sumParts(at: usize, share: i32, shares: i32): void {
  const job = changetype<SumPartsArguments>(at);
  const vectors = (job.count + LANES - 1) / LANES, partBytes = floats(job.count), scale = f32x4.splat(job.scale);
  const end = shareStart(vectors, share + 1, shares);
  for (let i = shareStart(vectors, share, shares); i < end; i++) {
    const o = floats(i * LANES);
    let sum = v128.load(job.partials + o);
    for (let part = 1; part < job.parts; part++) sum = f32x4.add(sum, v128.load(job.partials + <usize>part * partBytes + o));
    v128.store(job.out + o, f32x4.mul(sum, scale));
  }
}

@unmanaged
class SumColumnsArguments {
  outer: i32;
  rows: i32;
  columns: i32;
  x: usize;
  /** [outer, parts, columns] */
  out: usize;
  /** The rows of each outer item are summed in this many parts. */
  parts: i32;
  scale: f32;
}

/** out[o, part, c] = scale · Σ over the part's rows of x[o, row, c]. The threads share the parts. */
export function sumColumns(at: usize, share: i32, shares: i32): void {
  const job = changetype<SumColumnsArguments>(at);
  const parts = job.parts, rows = job.rows, rowBytes = floats(job.columns), jobs = job.outer * parts;
  const end = shareStart(jobs, share + 1, shares);
  for (let i = shareStart(jobs, share, shares); i < end; i++) {
    const outer = i / parts, part = i - outer * parts, out = job.out + <usize>i * rowBytes;
    const from = job.x + <usize>(outer * rows) * rowBytes;
    const first = shareStart(rows, part, parts), last = shareStart(rows, part + 1, parts);
    memory.fill(out, 0, rowBytes);
    // Sums of sums keep the rounding error of long columns small.
    for (let row = first; row < last; row += ROWS_PER_BLOCK)
      addRows(from + <usize>row * rowBytes, min(last - row, ROWS_PER_BLOCK), job.columns, out);
    for (let c = 0; c < job.columns; c++) store<f32>(out + floats(c), load<f32>(out + floats(c)) * job.scale);
  }
}

/** out[c] += Σ over rows of x[row, c]. */
function addRows(x: usize, rows: i32, columns: i32, out: usize): void {
  const rowBytes = floats(columns);
  let c = 0;
  for (; c + 2 * LANES <= columns; c += 2 * LANES) {
    let even0 = zero(), even1 = zero(), odd0 = zero(), odd1 = zero();
    let at = x + floats(c), row = 0;
    for (; row + 2 <= rows; row += 2) {
      even0 = f32x4.add(even0, v128.load(at));
      even1 = f32x4.add(even1, v128.load(at, 16));
      at += rowBytes;
      odd0 = f32x4.add(odd0, v128.load(at));
      odd1 = f32x4.add(odd1, v128.load(at, 16));
      at += rowBytes;
    }
    if (row < rows) {
      even0 = f32x4.add(even0, v128.load(at));
      even1 = f32x4.add(even1, v128.load(at, 16));
    }
    const to = out + floats(c);
    v128.store(to, f32x4.add(v128.load(to), f32x4.add(even0, odd0)));
    v128.store(to, f32x4.add(v128.load(to, 16), f32x4.add(even1, odd1)), 16);
  }
  for (; c + LANES <= columns; c += LANES) {
    let sum = zero(), at = x + floats(c);
    for (let row = 0; row < rows; row++) {
      sum = f32x4.add(sum, v128.load(at));
      at += rowBytes;
    }
    const to = out + floats(c);
    v128.store(to, f32x4.add(v128.load(to), sum));
  }
  for (; c < columns; c++) {
    let sum: f32 = 0, at = x + floats(c);
    for (let row = 0; row < rows; row++) {
      sum += load<f32>(at);
      at += rowBytes;
    }
    const to = out + floats(c);
    store<f32>(to, load<f32>(to) + sum);
  }
}

@unmanaged
class SumRowsArguments {
  rows: i32;
  columns: i32;
  x: usize;
  out: usize;
  scale: f32;
}

/** out[r] = scale · Σ over columns of x[r, c]. The threads share the rows. */
export function sumRows(at: usize, share: i32, shares: i32): void {
  const job = changetype<SumRowsArguments>(at);
  const columns = job.columns, end = shareStart(job.rows, share + 1, shares);
  for (let row = shareStart(job.rows, share, shares); row < end; row++) {
    let from = job.x + floats(row * columns), total: f64 = 0, c = 0;
    while (c < columns) {
      const blockEnd = min(columns, c + COLUMNS_PER_BLOCK);
      let sum = zero();
      for (; c + LANES <= blockEnd; c += LANES) {
        sum = f32x4.add(sum, v128.load(from));
        from += VECTOR_BYTES;
      }
      total += <f64>f32x4.extract_lane(sum, 0) + <f64>f32x4.extract_lane(sum, 1) + <f64>f32x4.extract_lane(sum, 2) + <f64>f32x4.extract_lane(sum, 3);
      for (; c < blockEnd; c++) {
        total += <f64>load<f32>(from);
        from += FLOAT_BYTES;
      }
    }
    store<f32>(job.out + floats(row), <f32>(total * <f64>job.scale));
  }
}
