// Convolution as a matrix product whose left operand is read in place; the same kernel computes the input gradient.

import { ConvolutionShape, padImage, windowOffsets } from "./image";
import { packBias, packPanel } from "./packing";
import { mustPrepare, ownScratch } from "./thread";
import { TILE_BYTES, TILE_COLUMNS, TILE_ROWS, TILE_ROW_BYTES, multiplyTile, panelBytes, panelsFor } from "./tile";
import { FLOAT_BYTES, floats, shareStart, wholeLines } from "./vector";

@unmanaged
class ConvolutionArguments extends ConvolutionShape {
  x: usize;
  filter: usize;
  /** 0 for none. */
  bias: usize;
  activation: i32;
  out: usize;
  /** 1: read the filter [height, width, out, in] turned by 180° and with its channels exchanged, as the input gradient needs it. */
  flipped: i32;
  scratch: usize;
  scratchBytes: usize;
}

// Scratch of a thread: spare tile | biases | offsets | all panels of the filter | padded image.
export function convolutionScratchBytes(depth: i32, outChannels: i32, paddedFloats: i32): usize {
  const panels = panelsFor(outChannels);
  return wholeLines(
    TILE_BYTES + <usize>panels * TILE_ROW_BYTES + wholeLines(floats(depth)) + <usize>panels * panelBytes(depth) + floats(paddedFloats),
  );
}

/** The threads share the images. */
export function convolution(at: usize, share: i32, shares: i32): void {
  const job = changetype<ConvolutionArguments>(at);
  const first = shareStart(job.images, share, shares), end = shareStart(job.images, share + 1, shares);
  if (first >= end) return;
  const channels = job.channels, outChannels = job.outChannels, outWidth = job.outWidth, activation = job.activation;
  const rowDepth = job.filterWidth * channels, depth = job.filterHeight * rowDepth, panels = panelsFor(outChannels);
  const spare = ownScratch(job.scratch, job.scratchBytes);
  const biases = spare + TILE_BYTES, offsets = biases + <usize>panels * TILE_ROW_BYTES;
  const packed = offsets + wholeLines(floats(depth)), copy = packed + <usize>panels * panelBytes(depth);
  if (mustPrepare()) {
    windowOffsets(job, offsets);
    packFilter(job, depth, panels, packed, biases);
  }

  const imageBytes = floats(job.height * job.width * channels), outRowBytes = floats(outChannels);
  const pixels = job.outHeight * outWidth, outBytes = <usize>pixels * outRowBytes;
  const lineStep = floats(job.strideHeight * job.paddedWidth * channels), columnStep = floats(job.strideWidth * channels);
  const bias = job.bias;
  // Between these rows of the output no window reaches into the padding above or below.
  const reach = job.padTop + job.height - 1 - (job.filterHeight - 1) * job.dilationHeight;
  const firstWhole = job.padded ? (job.padTop + job.strideHeight - 1) / job.strideHeight : 0;
  const lastWhole = !job.padded ? job.outHeight : reach < 0 ? -1 : reach / job.strideHeight;
  for (let image = first; image < end; image++) {
    let source = job.x + <usize>image * imageBytes;
    if (job.padded) {
      padImage(
        source, job.height, job.width, channels, copy, job.paddedHeight, job.paddedWidth,
        job.padTop, job.padLeft,
      );
      source = copy;
    }
    for (let j = 0; j < panels; j++) {
      const panel = packed + <usize>j * panelBytes(depth), columns = min(TILE_COLUMNS, outChannels - j * TILE_COLUMNS);
      const panelBias = bias ? biases + <usize>j * TILE_ROW_BYTES : 0;
      let out = job.out + <usize>image * outBytes + <usize>j * TILE_ROW_BYTES;
      let line = source, row = 0, column = 0, window = source;
      for (let pixel = 0; pixel < pixels; pixel += TILE_ROWS) {
        const rows = min(TILE_ROWS, pixels - pixel);
        const a0 = window, firstRow = row;
        let a1 = window, a2 = window, a3 = window;
        // Advancing past the last pixel is harmless: nothing is read there.
        if (++column == outWidth) { column = 0; row++; line += lineStep; window = line; } else window += columnStep;
        if (rows > 1) {
          a1 = window;
          if (++column == outWidth) { column = 0; row++; line += lineStep; window = line; } else window += columnStep;
        }
        if (rows > 2) {
          a2 = window;
          if (++column == outWidth) { column = 0; row++; line += lineStep; window = line; } else window += columnStep;
        }
        if (rows > 3) {
          a3 = window;
          if (++column == outWidth) { column = 0; row++; line += lineStep; window = line; } else window += columnStep;
        }
        // Rows of the windows that lie in the padding of all four pixels add nothing.
        const lastRow = column ? row : row - 1;
        const from = lastRow < firstWhole ? firstUsedRow(job, lastRow) * rowDepth : 0;
        const to = firstRow > lastWhole ? lastUsedRow(job, firstRow) * rowDepth : depth;
        multiplyTile(
          max(0, to - from), offsets + floats(from), a0, a1, a2, a3, panel + panelBytes(from),
          out, outRowBytes, rows, columns, panelBias, activation, spare,
        );
        out += <usize>TILE_ROWS * outRowBytes;
      }
    }
  }
}

/** The first row of a window, standing at a row of the output, that reaches into the image. */
function firstUsedRow(job: ConvolutionArguments, row: i32): i32 {
  const above = job.padTop - row * job.strideHeight, gap = job.dilationHeight;
  return min(job.filterHeight, max(0, (above + gap - 1) / gap));
}

/** One more than the last row that does. */
function lastUsedRow(job: ConvolutionArguments, row: i32): i32 {
  const within = job.padTop + job.height - 1 - row * job.strideHeight;
  return within < 0 ? 0 : min(job.filterHeight, within / job.dilationHeight + 1);
}

function packFilter(job: ConvolutionArguments, depth: i32, panels: i32, packed: usize, biases: usize): void {
  const outChannels = job.outChannels, channels = job.channels, positions = job.filterHeight * job.filterWidth;
  for (let j = 0; j < panels; j++) {
    const panel = packed + <usize>j * panelBytes(depth), column = j * TILE_COLUMNS;
    packBias(job.bias, column, outChannels, biases + <usize>j * TILE_ROW_BYTES);
    if (!job.flipped) {
      packPanel(job.filter, floats(outChannels), FLOAT_BYTES, depth, column, outChannels, panel);
      continue;
    }
    for (let position = 0; position < positions; position++) {
      const opposite = job.filter + floats((positions - 1 - position) * outChannels * channels);
      packPanel(opposite, FLOAT_BYTES, floats(channels), channels, column, outChannels, panel + panelBytes(position * channels));
    }
  }
}
