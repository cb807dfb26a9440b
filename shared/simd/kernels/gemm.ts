// Matrix product out = activate(A·B + bias).

import { packBias, packPanel } from "./packing";
import { TILE_BYTES, TILE_COLUMNS, TILE_ROWS, multiplyTile, panelBytes, panelsFor } from "./tile";
import { floats, shareStart, wholeLines } from "./vector";

@unmanaged
class GemmArguments {
  rows: i32;
  columns: i32;
  depth: i32;
  /** Element (i, k) of A lies at a + i·aRowStep + k·aDepthStep; likewise B. Steps are in bytes, out is dense. */
  a: usize;
  aRowStep: usize;
  aDepthStep: usize;
  b: usize;
  bDepthStep: usize;
  bColumnStep: usize;
  out: usize;
  /** 0 for none. */
  bias: usize;
  activation: i32;
  scratch: usize;
  scratchBytes: usize;
}

// Scratch of a thread: spare tile | bias of a panel | offsets | panel.
const BIAS_AT: usize = TILE_BYTES;
const OFFSETS_AT: usize = 2 * TILE_BYTES;

export function gemmScratchBytes(depth: i32): usize {
  return wholeLines(OFFSETS_AT + wholeLines(floats(depth)) + panelBytes(depth));
}

/** The threads share the tiles, panel by panel. */
export function gemm(at: usize, share: i32, shares: i32): void {
  const job = changetype<GemmArguments>(at);
  const rows = job.rows, columns = job.columns, depth = job.depth, aRowStep = job.aRowStep, activation = job.activation;
  const spare = job.scratch + <usize>share * job.scratchBytes;
  const offsets = spare + OFFSETS_AT, panel = offsets + wholeLines(floats(depth));
  const tilesDown = (rows + TILE_ROWS - 1) / TILE_ROWS, outRowBytes = floats(columns);
  const tiles = tilesDown * panelsFor(columns);
  const end = shareStart(tiles, share + 1, shares);
  let tile = shareStart(tiles, share, shares);
  if (tile >= end) return;

  for (let k = 0; k < depth; k++) store<u32>(offsets + floats(k), <u32>(<usize>k * job.aDepthStep));
  while (tile < end) {
    const j = tile / tilesDown, column = j * TILE_COLUMNS, tileColumns = min(TILE_COLUMNS, columns - column);
    const panelEnd = min(end, (j + 1) * tilesDown);
    packPanel(job.b, job.bDepthStep, job.bColumnStep, depth, column, columns, panel);
    const bias = packBias(job.bias, column, columns, spare + BIAS_AT);
    const a = job.a, out = job.out + floats(column);
    for (; tile < panelEnd; tile++) {
      const row = (tile - j * tilesDown) * TILE_ROWS, tileRows = min(TILE_ROWS, rows - row);
      const a0 = a + <usize>row * aRowStep;
      const a1 = tileRows > 1 ? a0 + aRowStep : a0;
      const a2 = tileRows > 2 ? a1 + aRowStep : a0;
      const a3 = tileRows > 3 ? a2 + aRowStep : a0;
      multiplyTile(
        depth, offsets, a0, a1, a2, a3, panel,
        out + <usize>row * outRowBytes, outRowBytes, tileRows, tileColumns, bias, activation, spare,
      );
    }
  }
}
