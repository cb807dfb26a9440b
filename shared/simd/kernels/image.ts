// What the convolution kernels share: the description of a job, padded copies of images, window offsets.

import { FLOAT_BYTES, floats } from "./vector";

/** A convolution over images [height, width, channels], stored one after the other. */
@unmanaged
export class ConvolutionShape {
  images: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  strideHeight: i32;
  strideWidth: i32;
  filterHeight: i32;
  filterWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  /** Rows and columns are moved this far apart, with zeros between: the stride of a forward pass seen from behind. */
  spreadHeight: i32;
  spreadWidth: i32;
  /** Size of the padded copy that the windows are read from. */
  paddedHeight: i32;
  paddedWidth: i32;
  /** 0 when the image can be read where it is. */
  padded: i32;
}

/**
 * Copies an image into a padded (or cropped) one: element (h, w) goes to (h·spread + padTop, w·spread + padLeft).
 */
export function padImage(
  source: usize, height: i32, width: i32, channels: i32, target: usize, paddedHeight: i32, paddedWidth: i32,
  padTop: i32, padLeft: i32, spreadHeight: i32, spreadWidth: i32,
): void {
  const pixelBytes = floats(channels), rowBytes = <usize>paddedWidth * pixelBytes;
  memory.fill(target, 0, <usize>paddedHeight * rowBytes);
  for (let h = 0; h < height; h++) {
    const row = h * spreadHeight + padTop;
    if (row < 0 || row >= paddedHeight) continue;
    const to = target + <usize>row * rowBytes, from = source + <usize>(h * width) * pixelBytes;
    if (spreadWidth == 1) {
      const first = max(0, -padLeft), end = min(width, paddedWidth - padLeft);
      if (end > first)
        memory.copy(to + <usize>(first + padLeft) * pixelBytes, from + <usize>first * pixelBytes, <usize>(end - first) * pixelBytes);
    } else {
      for (let w = 0; w < width; w++) {
        const column = w * spreadWidth + padLeft;
        if (column >= 0 && column < paddedWidth)
          memory.copy(to + <usize>column * pixelBytes, from + <usize>w * pixelBytes, pixelBytes);
      }
    }
  }
}

/** Byte offset of every element of a window from the window's first element, in the order of the filter's rows. */
export function windowOffsets(job: ConvolutionShape, offsets: usize): void {
  const channels = job.channels, rowStep = job.dilationHeight * job.paddedWidth, columnStep = job.dilationWidth;
  for (let i = 0; i < job.filterHeight; i++)
    for (let j = 0; j < job.filterWidth; j++)
      for (let c = 0; c < channels; c++) {
        store<u32>(offsets, <u32>floats((i * rowStep + j * columnStep) * channels + c));
        offsets += FLOAT_BYTES;
      }
}
