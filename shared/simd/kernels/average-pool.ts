// Average pooling and its gradient. The forward pass divides by the number of pixels that exist.

import { PoolShape, coversAll, isHalving, nextVector } from "./pool-shape";
import { LANES, floats, shareStart, zero } from "./vector";

/** The threads share the output rows. */
export function averagePool(at: usize, share: i32, shares: i32): void {
  const job = changetype<PoolShape>(at);
  const lines = job.images * job.outHeight, halving = isHalving(job), end = shareStart(lines, share + 1, shares);
  for (let line = shareStart(lines, share, shares); line < end; line++) {
    if (halving) halveLine(job, line);
    else averageLine(job, line);
  }
}

function halveLine(job: PoolShape, line: i32): void {
  const outHeight = job.outHeight, image = line / outHeight, row = (line - image * outHeight) * 2;
  const pixelBytes = floats(job.channels), rowBytes = <usize>job.width * pixelBytes, quarter = f32x4.splat(0.25);
  let from = job.x + <usize>(image * job.height + row) * rowBytes;
  let to = job.out + <usize>(line * job.outWidth) * pixelBytes;
  const end = to + <usize>job.outWidth * pixelBytes;
  while (to < end) {
    for (let c: usize = 0; c < pixelBytes; c = nextVector(c, pixelBytes)) {
      const a = from + c, upper = f32x4.add(v128.load(a), v128.load(a + pixelBytes));
      const sum = f32x4.add(f32x4.add(upper, v128.load(a + rowBytes)), v128.load(a + rowBytes + pixelBytes));
      v128.store(to + c, f32x4.mul(sum, quarter));
    }
    to += pixelBytes;
    from += 2 * pixelBytes;
  }
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
  const halving = isHalving(job), covers = halving && coversAll(job);
  const imageBytes = floats(job.height * job.width * job.channels), end = shareStart(job.images, share + 1, shares);
  for (let image = shareStart(job.images, share, shares); image < end; image++) {
    if (!covers) memory.fill(job.dx + <usize>image * imageBytes, 0, imageBytes);
    if (halving) spreadQuarters(job, image);
    else spreadEvenly(job, image);
  }
}

function spreadQuarters(job: PoolShape, image: i32): void {
  const pixelBytes = floats(job.channels), rowBytes = <usize>job.width * pixelBytes, quarter = f32x4.splat(0.25);
  let dy = job.dy + <usize>(image * job.outHeight * job.outWidth) * pixelBytes;
  for (let row = 0; row < job.outHeight; row++) {
    let to = job.dx + <usize>(image * job.height + row * 2) * rowBytes;
    for (let column = 0; column < job.outWidth; column++) {
      for (let c: usize = 0; c < pixelBytes; c = nextVector(c, pixelBytes)) {
        const at = to + c, gradient = f32x4.mul(v128.load(dy + c), quarter);
        v128.store(at, gradient);
        v128.store(at + pixelBytes, gradient);
        v128.store(at + rowBytes, gradient);
        v128.store(at + rowBytes + pixelBytes, gradient);
      }
      dy += pixelBytes;
      to += 2 * pixelBytes;
    }
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
