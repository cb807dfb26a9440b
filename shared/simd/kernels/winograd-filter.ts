// Transforms 3×3 and 5×5 filters for winograd.ts.

import { ownScratch } from "./thread";
import { TILE_COLUMNS, TILE_ROW_BYTES, panelBytes } from "./tile";
import { VECTOR_BYTES, floats, shareStart } from "./vector";
import { filterStep } from "./winograd";
import { IN_TILE, PLANES } from "./winograd-strip";
import { transformFilter } from "./winograd-transforms";

/** Room for one tile between its two passes. */
// @ts-ignore: decorator
@inline export const BETWEEN_BYTES: usize = 1024;
/** Of the largest filter. */
// @ts-ignore: decorator
@inline const MOST_POSITIONS: usize = 25;

@unmanaged
class WinogradFilterArguments {
  channels: i32;
  outChannels: i32;
  filter: usize;
  /** [36][outChannels / 8][channels][8], the planes `filterStep` apart. */
  transformed: usize;
  /** 1: the filter is [side, side, out, in], turned by 180°, for the input gradient. */
  flipped: i32;
  outTile: i32;
  scratch: usize;
  scratchBytes: usize;
}

/** Room for the transformed filter. */
export function winogradFilterBytes(channels: i32, outChannels: i32): usize {
  return PLANES * filterStep(channels, outChannels);
}

export function winogradFilterScratchBytes(): usize {
  return BETWEEN_BYTES + MOST_POSITIONS * TILE_ROW_BYTES;
}

/** The threads share the pairs of a panel and an input channel. */
export function winogradFilter(at: usize, share: i32, shares: i32): void {
  const job = changetype<WinogradFilterArguments>(at);
  const channels = job.channels, outChannels = job.outChannels, filter = job.filter, outTile = job.outTile;
  const side = <usize>(<i32>IN_TILE + 1 - outTile), positions = <i32>(side * side);
  const gathered = ownScratch(job.scratch, job.scratchBytes), between = gathered + MOST_POSITIONS * TILE_ROW_BYTES;
  const pairs = (outChannels / TILE_COLUMNS) * channels, step = filterStep(channels, outChannels);
  const end = shareStart(pairs, share + 1, shares);
  for (let pair = shareStart(pairs, share, shares); pair < end; pair++) {
    const column = (pair / channels) * TILE_COLUMNS, channel = pair % channels;
    for (let position = 0; position < positions; position++) {
      const to = gathered + <usize>position * TILE_ROW_BYTES;
      if (!job.flipped) {
        const from = filter + floats((position * channels + channel) * outChannels + column);
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        continue;
      }
      const opposite = (positions - 1 - position) * outChannels + column;
      for (let i = 0; i < TILE_COLUMNS; i++)
        store<f32>(to + floats(i), load<f32>(filter + floats((opposite + i) * channels + channel)));
    }
    const to = job.transformed + panelBytes(pair);
    for (let half: usize = 0; half < TILE_ROW_BYTES; half += VECTOR_BYTES) {
      for (let i: usize = 0; i < side; i++)
        transformFilter(outTile, gathered + half + i * TILE_ROW_BYTES, side * TILE_ROW_BYTES, between + i * VECTOR_BYTES, side * VECTOR_BYTES);
      for (let i: usize = 0; i < IN_TILE; i++)
        transformFilter(outTile, between + i * side * VECTOR_BYTES, VECTOR_BYTES, to + half + i * IN_TILE * step, step);
    }
  }
}
