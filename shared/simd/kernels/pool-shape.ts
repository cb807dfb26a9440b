// The description that all pooling kernels share.

/** Windows over images [height, width, channels]. */
@unmanaged
export class PoolShape {
  images: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  windowHeight: i32;
  windowWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  padTop: i32;
  padLeft: i32;
  x: usize;
  /** Result of the forward kernels. */
  out: usize;
  /** Only for the gradients. */
  dy: usize;
  dx: usize;
  /** 1: the average's gradient divides by the pixels that exist; 0: by the whole window, as tfjs's cpu kernel does. */
  inside: i32;
}

/** The usual case: 2×2 windows side by side, no padding, at least one vector of channels. */
export function isHalving(job: PoolShape): bool {
  return job.windowHeight == 2 && job.windowWidth == 2 && job.strideHeight == 2 && job.strideWidth == 2 &&
    job.padTop == 0 && job.padLeft == 0 && job.outHeight * 2 <= job.height && job.outWidth * 2 <= job.width &&
    job.channels >= 4;
}

/** Whether the windows leave no pixel out. */
export function coversAll(job: PoolShape): bool {
  return job.outHeight * 2 == job.height && job.outWidth * 2 == job.width;
}

/**
 * Bytes from a pixel's first channel to the vector after the one at `c`. The last vector ends with the last channel: where
 * that is no whole vector, it overlaps the one before it, and what both write is the same.
 */
// @ts-ignore: decorator
@inline export function nextVector(c: usize, pixelBytes: usize): usize {
  const next = c + 16;
  return next < pixelBytes && next + 16 > pixelBytes ? pixelBytes - 16 : next;
}
