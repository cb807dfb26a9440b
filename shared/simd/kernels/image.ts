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
  /** Size of the padded copy that the windows are read from. */
  paddedHeight: i32;
  paddedWidth: i32;
  /** 0 when the image can be read where it is. */
  padded: i32;
}

/** Copies an image into a padded (or cropped) one: element (h, w) goes to (h + padTop, w + padLeft). */
export function padImage(
  source: usize, height: i32, width: i32, channels: i32, target: usize, paddedHeight: i32, paddedWidth: i32, padTop: i32, padLeft: i32,
): void {
  const pixelBytes = floats(channels), rowBytes = <usize>paddedWidth * pixelBytes;
  memory.fill(target, 0, <usize>paddedHeight * rowBytes);
  const first = max(0, -padLeft), end = min(width, paddedWidth - padLeft);
  if (end <= first) return;
  for (let h = max(0, -padTop); h < min(height, paddedHeight - padTop); h++)
    memory.copy(
      target + <usize>(h + padTop) * rowBytes + <usize>(first + padLeft) * pixelBytes,
      source + <usize>(h * width + first) * pixelBytes, <usize>(end - first) * pixelBytes,
    );
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
