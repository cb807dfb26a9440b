// Copies of matrices in the order in which the inner loops read them.

import { TILE_COLUMNS, TILE_ROW_BYTES } from "./tile";
import { FLOAT_BYTES, floats } from "./vector";

/**
 * Copies eight columns of a matrix, from `column` on, into a panel [depth][8], zero where the matrix has ended.
 * Element (k, j) of the matrix lies at matrix + k·rowStep + j·columnStep.
 */
export function packPanel(
  matrix: usize, rowStep: usize, columnStep: usize, depth: i32, column: i32, columns: i32, panel: usize,
): void {
  const exist = min(TILE_COLUMNS, columns - column);
  const source = matrix + <usize>column * columnStep;
  if (exist == TILE_COLUMNS && columnStep == FLOAT_BYTES) packRows(source, rowStep, depth, panel);
  else if (exist == TILE_COLUMNS && rowStep == FLOAT_BYTES) packTransposed(source, columnStep, depth, panel);
  else packPart(source, rowStep, columnStep, depth, exist, panel);
}

function packRows(source: usize, rowStep: usize, depth: i32, panel: usize): void {
  for (let k = 0; k < depth; k++) {
    v128.store(panel, v128.load(source));
    v128.store(panel, v128.load(source, 16), 16);
    source += rowStep;
    panel += TILE_ROW_BYTES;
  }
}

function packTransposed(source: usize, columnStep: usize, depth: i32, panel: usize): void {
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    for (let half: usize = 0; half < 2; half++) {
      const from = source + half * 4 * columnStep, to = panel + half * 16;
      const r0 = v128.load(from), r1 = v128.load(from + columnStep);
      const r2 = v128.load(from + 2 * columnStep), r3 = v128.load(from + 3 * columnStep);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 32);
      v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 64);
      v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 96);
    }
    source += 16;
    panel += 4 * TILE_ROW_BYTES;
  }
  packPart(source, FLOAT_BYTES, columnStep, depth - k, TILE_COLUMNS, panel);
}

function packPart(source: usize, rowStep: usize, columnStep: usize, depth: i32, exist: i32, panel: usize): void {
  for (let k = 0; k < depth; k++) {
    let j = 0;
    for (; j < exist; j++) store<f32>(panel + floats(j), load<f32>(source + <usize>j * columnStep));
    for (; j < TILE_COLUMNS; j++) store<f32>(panel + floats(j), 0);
    source += rowStep;
    panel += TILE_ROW_BYTES;
  }
}

/** Copies eight biases into `to`, zero where they have ended; 0 (no bias) stays 0. */
export function packBias(bias: usize, column: i32, columns: i32, to: usize): usize {
  if (!bias) return 0;
  for (let j = 0; j < TILE_COLUMNS; j++)
    store<f32>(to + floats(j), column + j < columns ? load<f32>(bias + floats(column + j)) : 0);
  return to;
}
