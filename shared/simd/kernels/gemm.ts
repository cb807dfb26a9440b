// Matrix product out = activate(A·B + bias).

import { packBias, packPanel } from "./packing";
import { mustPrepare, ownScratch } from "./thread";
import { TILE_BYTES, TILE_COLUMNS, TILE_ROWS, TILE_ROW_BYTES, multiplyTile, panelBytes, panelsFor } from "./tile";
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
  /** 1: the threads share the rows, and all panels of B lie packed; 0: they share the tiles, panel by panel. */
  byRows: i32;
  scratch: usize;
  scratchBytes: usize;
}

// Scratch of a thread: spare tile | biases of the packed panels | offsets | packed panels.
const BIASES_AT: usize = TILE_BYTES;

export function gemmScratchBytes(depth: i32, panels: i32): usize {
  return wholeLines(BIASES_AT + <usize>panels * (TILE_ROW_BYTES + panelBytes(depth)) + wholeLines(floats(depth)));
}

/** The panel that lies packed in this thread's scratch, where there is room for one. */
let packed: i32 = -1;

export function gemm(at: usize, share: i32, shares: i32): void {
  const job = changetype<GemmArguments>(at);
  const rows = job.rows, columns = job.columns, depth = job.depth, panels = panelsFor(columns), byRows = job.byRows != 0;
  const spare = ownScratch(job.scratch, job.scratchBytes), biases = spare + BIASES_AT;
  const offsets = biases + (byRows ? <usize>panels : 1) * TILE_ROW_BYTES, panel = offsets + wholeLines(floats(depth));
  const tilesDown = (rows + TILE_ROWS - 1) / TILE_ROWS;
  if (mustPrepare()) {
    for (let k = 0; k < depth; k++) store<u32>(offsets + floats(k), <u32>(<usize>k * job.aDepthStep));
    packed = -1;
    if (byRows)
      for (let j = 0; j < panels; j++) pack(job, j, panel + <usize>j * panelBytes(depth), biases + <usize>j * TILE_ROW_BYTES);
  }
  if (byRows) {
    const end = shareStart(tilesDown, share + 1, shares);
    for (let tile = shareStart(tilesDown, share, shares); tile < end; tile++)
      for (let j = 0; j < panels; j++)
        multiply(job, tile, j, offsets, panel + <usize>j * panelBytes(depth), biases + <usize>j * TILE_ROW_BYTES, spare);
    return;
  }
  const tiles = tilesDown * panels, end = shareStart(tiles, share + 1, shares);
  for (let tile = shareStart(tiles, share, shares); tile < end; ) {
    const j = tile / tilesDown, panelEnd = min(end, (j + 1) * tilesDown);
    if (packed != j) pack(job, j, panel, biases);
    packed = j;
    for (; tile < panelEnd; tile++) multiply(job, tile - j * tilesDown, j, offsets, panel, biases, spare);
  }
}

function pack(job: GemmArguments, j: i32, panel: usize, biases: usize): void {
  packPanel(job.b, job.bDepthStep, job.bColumnStep, job.depth, j * TILE_COLUMNS, job.columns, panel);
  packBias(job.bias, j * TILE_COLUMNS, job.columns, biases);
}

/** Computes the tile that is number `tile` from the top in panel j. */
// @ts-ignore: decorator
@inline function multiply(job: GemmArguments, tile: i32, j: i32, offsets: usize, panel: usize, biases: usize, spare: usize): void {
  const row = tile * TILE_ROWS, rows = min(TILE_ROWS, job.rows - row), column = j * TILE_COLUMNS;
  const step = job.aRowStep, outRowBytes = floats(job.columns), a0 = job.a + <usize>row * step;
  const a1 = rows > 1 ? a0 + step : a0, a2 = rows > 2 ? a1 + step : a0, a3 = rows > 3 ? a2 + step : a0;
  multiplyTile(
    job.depth, offsets, a0, a1, a2, a3, panel, job.out + <usize>row * outRowBytes + floats(column), outRowBytes,
    rows, min(TILE_COLUMNS, job.columns - column), job.bias ? biases : 0, job.activation, spare,
  );
}
