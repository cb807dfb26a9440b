// Average pooling and its gradient. The forward pass divides by the number of pixels that exist.

import { PoolShape } from "./pool-shape";
import { LANES, floats, shareStart, zero } from "./vector";

/** The threads share the output rows. */
export function averagePool(at: usize, share: i32, shares: i32): void {
  const job = changetype<PoolShape>(at);
  const lines = job.images * job.outHeight, end = shareStart(lines, share + 1, shares);
  for (let line = shareStart(lines, share, shares); line < end; line++) averageLine(job, line);
}

function averageLine(job: PoolShape, line: i32): void {
  const image = line / job.outHeight, top = (line - image * job.outHeight) * job.strideHeight - job.padTop;
  const channels = job.channels, width = job.width, pixelBytes = floats(channels);
  const firstRow = max(0, top), endRow = min(job.height, top + job.windowHeight);
  let to = job.out + <usize>(line * job.outWidth) * pixelBytes;
  for (let column = 0; column < job.outWidth; column++) {
    const left = column * job.strideWidth - job.padLeft;
    const firstColumn = max(0, left), endColumn = min(width, left + job.windowWidth);
    const exist = <f32>(max(0, endRow - firstRow) * max(0, endColumn - firstColumn));
    let c = 0;
    for (; c + LANES <= channels; c += LANES) {
      let sum = zero();
      for (let h = firstRow; h < endRow; h++) {
        let from = job.x + floats(((image * job.height + h) * width + firstColumn) * channels + c);
        for (let w = firstColumn; w < endColumn; w++) {
          sum = f32x4.add(sum, v128.load(from));
          from += pixelBytes;
        }
      }
      v128.store(to + floats(c), f32x4.div(sum, f32x4.splat(exist)));
    }
    for (; c < channels; c++) {
      let sum: f32 = 0;
      for (let h = firstRow; h < endRow; h++)
        for (let w = firstColumn; w < endColumn; w++)
          sum += load<f32>(job.x + floats(((image * job.height + h) * width + w) * channels + c));
      store<f32>(to + floats(c), sum / exist);
    }
    to += pixelBytes;
  }
}

/** The threads share the images. */
export function averagePoolGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<PoolShape>(at);
  const imageBytes = floats(job.height * job.width * job.channels), end = shareStart(job.images, share + 1, shares);
  for (let image = shareStart(job.images, share, shares); image < end; image++) {
    memory.fill(job.dx + <usize>image * imageBytes, 0, imageBytes);
    spreadEvenly(job, image);
  }
}

function spreadEvenly(job: PoolShape, image: i32): void {
  const channels = job.channels, width = job.width, pixelBytes = floats(channels);
  const whole = <f32>(job.windowHeight * job.windowWidth), inside = job.inside;
  let dy = job.dy + <usize>(image * job.outHeight * job.outWidth) * pixelBytes;
  for (let row = 0; row < job.outHeight; row++) {
    const top = row * job.strideHeight - job.padTop;
    const firstRow = max(0, top), endRow = min(job.height, top + job.windowHeight);
    for (let column = 0; column < job.outWidth; column++) {
      const left = column * job.strideWidth - job.padLeft;
      const firstColumn = max(0, left), endColumn = min(width, left + job.windowWidth);
      const exist = <f32>(max(0, endRow - firstRow) * max(0, endColumn - firstColumn));
      const part = <f32>1 / (inside ? exist : whole);
      for (let h = firstRow; h < endRow; h++) {
        let to = job.dx + <usize>((image * job.height + h) * width + firstColumn) * pixelBytes;
        for (let w = firstColumn; w < endColumn; w++) {
          let c = 0;
          for (; c + LANES <= channels; c += LANES) {
            const o = floats(c);
            v128.store(to + o, f32x4.add(v128.load(to + o), f32x4.mul(v128.load(dy + o), f32x4.splat(part))));
          }
          for (; c < channels; c++) {
            const o = floats(c);
            store<f32>(to + o, load<f32>(to + o) + load<f32>(dy + o) * part);
          }
          to += pixelBytes;
        }
      }
      dy += pixelBytes;
    }
  }
}
