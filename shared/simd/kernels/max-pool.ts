// Max pooling and its gradient. NaN wins and stays: in tfjs's cpu kernels it never wins, and a diverged network looks
// healthy behind the pool. The slope goes to the first of the largest, of which NaN is one.

import { PoolShape, coversAll, isHalving, nextVector } from "./pool-shape";
import { FLOAT_BYTES, LANES, floats, larger, shareStart } from "./vector";

/** The threads share the output rows. */
export function maxPool(at: usize, share: i32, shares: i32): void {
  const job = changetype<PoolShape>(at);
  const lines = job.images * job.outHeight, halving = isHalving(job);
  const end = shareStart(lines, share + 1, shares);
  for (let line = shareStart(lines, share, shares); line < end; line++) {
    if (halving) halveLine(job, line);
    else poolLine(job, line);
  }
}

function halveLine(job: PoolShape, line: i32): void {
  const outHeight = job.outHeight, image = line / outHeight, row = (line - image * outHeight) * 2;
  const pixelBytes = floats(job.channels), rowBytes = <usize>job.width * pixelBytes;
  let from = job.x + <usize>(image * job.height + row) * rowBytes;
  let to = job.out + <usize>(line * job.outWidth) * pixelBytes;
  const end = to + <usize>job.outWidth * pixelBytes;
  while (to < end) {
    for (let c: usize = 0; c < pixelBytes; c = nextVector(c, pixelBytes)) {
      const a = from + c;
      const upper = larger(v128.load(a), v128.load(a + pixelBytes));
      v128.store(to + c, larger(upper, larger(v128.load(a + rowBytes), v128.load(a + rowBytes + pixelBytes))));
    }
    to += pixelBytes;
    from += 2 * pixelBytes;
  }
}

function poolLine(job: PoolShape, line: i32): void {
  const image = line / job.outHeight, top = (line - image * job.outHeight) * job.strideHeight - job.padTop;
  const channels = job.channels, width = job.width, pixelBytes = floats(channels);
  const firstRow = max(0, top), endRow = min(job.height, top + job.windowHeight);
  let to = job.out + <usize>(line * job.outWidth) * pixelBytes;
  for (let column = 0; column < job.outWidth; column++) {
    const left = column * job.strideWidth - job.padLeft;
    const firstColumn = max(0, left), endColumn = min(width, left + job.windowWidth);
    let c = 0;
    for (; c + LANES <= channels; c += LANES) {
      let most = f32x4.splat(-Infinity);
      for (let h = firstRow; h < endRow; h++) {
        let from = job.x + floats(((image * job.height + h) * width + firstColumn) * channels + c);
        for (let w = firstColumn; w < endColumn; w++) {
          most = larger(most, v128.load(from));
          from += pixelBytes;
        }
      }
      v128.store(to + floats(c), most);
    }
    for (; c < channels; c++) {
      let most: f32 = -Infinity;
      for (let h = firstRow; h < endRow; h++)
        for (let w = firstColumn; w < endColumn; w++)
          most = max(most, load<f32>(job.x + floats(((image * job.height + h) * width + w) * channels + c)));
      store<f32>(to + floats(c), most);
    }
    to += pixelBytes;
  }
}

/** The threads share the images. */
export function maxPoolGradient(at: usize, share: i32, shares: i32): void {
  const job = changetype<PoolShape>(at);
  const halving = isHalving(job), covers = halving && coversAll(job);
  const imageBytes = floats(job.height * job.width * job.channels), end = shareStart(job.images, share + 1, shares);
  for (let image = shareStart(job.images, share, shares); image < end; image++) {
    if (!covers) memory.fill(job.dx + <usize>image * imageBytes, 0, imageBytes);
    if (halving) spreadHalved(job, image);
    else spreadMaxima(job, image);
  }
}

function spreadHalved(job: PoolShape, image: i32): void {
  const pixelBytes = floats(job.channels), rowBytes = <usize>job.width * pixelBytes;
  let dy = job.dy + <usize>(image * job.outHeight * job.outWidth) * pixelBytes;
  for (let row = 0; row < job.outHeight; row++) {
    let at = <usize>(image * job.height + row * 2) * rowBytes;
    for (let column = 0; column < job.outWidth; column++) {
      for (let c: usize = 0; c < pixelBytes; c = nextVector(c, pixelBytes)) {
        const from = job.x + at + c, to = job.dx + at + c, gradient = v128.load(dy + c);
        const x0 = v128.load(from), x1 = v128.load(from + pixelBytes);
        const x2 = v128.load(from + rowBytes), x3 = v128.load(from + rowBytes + pixelBytes);
        // The largest but for NaN, or NaN if the first is NaN: "less than" is false for NaN, which thus wins.
        const most = f32x4.pmax(f32x4.pmax(f32x4.pmax(x0, x1), x2), x3);
        const less0 = f32x4.lt(x0, most), less1 = f32x4.lt(x1, most), less2 = f32x4.lt(x2, most);
        const from1 = v128.and(gradient, less0), from2 = v128.and(from1, less1);
        v128.store(to, v128.andnot(gradient, less0));
        v128.store(to + pixelBytes, v128.andnot(from1, less1));
        v128.store(to + rowBytes, v128.andnot(from2, less2));
        v128.store(to + rowBytes + pixelBytes, v128.and(from2, less2));
      }
      dy += pixelBytes;
      at += 2 * pixelBytes;
    }
  }
}

function spreadMaxima(job: PoolShape, image: i32): void {
  const channels = job.channels, width = job.width, x = job.x, dx = job.dx;
  let dy = job.dy + floats(image * job.outHeight * job.outWidth * channels);
  for (let row = 0; row < job.outHeight; row++) {
    const top = row * job.strideHeight - job.padTop;
    const firstRow = max(0, top), endRow = min(job.height, top + job.windowHeight);
    for (let column = 0; column < job.outWidth; column++) {
      const left = column * job.strideWidth - job.padLeft;
      const firstColumn = max(0, left), endColumn = min(width, left + job.windowWidth);
      for (let c = 0; c < channels; c++) {
        let most: f32 = -Infinity, winner = -1;
        // From the last to the first, so that the last to win is the first of the window.
        for (let h = endRow - 1; h >= firstRow; h--)
          for (let w = endColumn - 1; w >= firstColumn; w--) {
            const index = ((image * job.height + h) * width + w) * channels + c, v = load<f32>(x + floats(index));
            if (!(v < most)) {
              winner = index;
              if (v > most) most = v;
            }
          }
        if (winner >= 0) store<f32>(dx + floats(winner), load<f32>(dx + floats(winner)) + load<f32>(dy));
        dy += FLOAT_BYTES;
      }
    }
  }
}
