import fc from "fast-check";
import { gzipSync } from "fflate";
import { expect, test } from "vitest";
import { randomStream } from "../nodes/random.ts";
import { readIdx } from "./idx.ts";

/** An IDX file: header by hand, then the values. */
const idx = (shape: readonly number[], values: ArrayLike<number>, type = 8): Uint8Array => {
  const file = new Uint8Array(4 + 4 * shape.length + values.length);
  file.set([0, 0, type, shape.length]);
  for (const [axis, length] of shape.entries()) new DataView(file.buffer).setUint32(4 + 4 * axis, length);
  file.set(Array.from(values), 4 + 4 * shape.length);
  return file;
};

const refusal = (bytes: Uint8Array, name = "train-images"): string => {
  const read = readIdx(bytes, name);
  return "refused" in read ? read.refused : "accepted";
};

/** Values that do not compress. */
const random = (length: number): Uint8Array => {
  const next = randomStream(1);
  return Uint8Array.from({ length }, () => 256 * next());
};

const six = idx([2, 3, 1], [1, 2, 3, 4, 5, 255]);

test.each([
  ["plain", (it: Uint8Array) => it],
  ["gzipped", (it: Uint8Array) => gzipSync(it)],
  ["gzipped with a file name", (it: Uint8Array) => gzipSync(it, { filename: "train-images" })],
  ["gzipped, stored", (it: Uint8Array) => gzipSync(it, { level: 0 })],
])("reads labels, grey and colour images, %s", (_, packed) => {
  for (const [shape, values] of [
    [[3], [7, 0, 9]],
    [
      [2, 3, 1],
      [1, 2, 3, 4, 5, 255],
    ],
    [
      [1, 2, 1, 3],
      [9, 8, 7, 6, 5, 4],
    ],
  ] as const)
    expect(readIdx(packed(idx(shape, values)), "file")).toEqual({ shape, values: Uint8Array.from(values) });
});

test("reads a gzipped file larger than the first piece", () => {
  const values = random(100 * 28 * 28);
  const read = readIdx(gzipSync(idx([100, 28, 28], values)), "file");
  expect("refused" in read ? read.refused : Buffer.compare(read.values, values)).toBe(0);
});

test.each([
  ["nothing", new Uint8Array(0), "train-images is empty: download or copy it again."],
  [
    "a PNG",
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d),
    "train-images is not an IDX file: it begins with 89 50 4e 47, where images begin with 00 00 08 03 and labels with 00 00 08 01. Choose a folder of IDX files.",
  ],
  [
    "an unknown type",
    idx([1], [1], 7),
    "train-images is not an IDX file: it begins with 00 00 07 01, where images begin with 00 00 08 03 and labels with 00 00 08 01. Choose a folder of IDX files.",
  ],
  [
    "floats",
    idx([1], [0, 0, 0, 0], 13),
    "train-images holds 32-bit floats (type 0d): save it as unsigned bytes (type 08).",
  ],
  [
    "two axes",
    idx([2, 2], [1, 2, 3, 4]),
    "train-images has 2 axes: labels have 1, images 3 (count, height, width) or 4 (and channels).",
  ],
  [
    "half a header",
    six.subarray(0, 9),
    "train-images ends after 9 bytes, within its header. Download or copy it again.",
  ],
  ["no images", idx([0, 28, 28], []), "train-images holds no images: its header counts 0."],
  ["no labels", idx([0], []), "train-images holds no labels: its header counts 0."],
  [
    "no height",
    idx([1, 0, 28], []),
    "train-images claims images of 0×28 pixels: each side must have 1 to 4096.",
  ],
  [
    "a huge side",
    idx([1, 28, 4097], []),
    "train-images claims images of 28×4097 pixels: each side must have 1 to 4096.",
  ],
  ["no channels", idx([1, 2, 2, 0], []), "train-images claims 0 channels: images must have 1 to 256."],
  [
    "4 GB of images",
    idx([1_000_000, 64, 64], []),
    "train-images claims 1000000×64×64 = 4096000000 values, more than the 268435456 that fit: use fewer images.",
  ],
  [
    "short data",
    six.subarray(0, 20),
    "train-images holds 20 bytes, but its header (2×3×1) asks for 22: it was cut off. Download or copy it again.",
  ],
  [
    "trailing data",
    Uint8Array.of(...six, 0),
    "train-images holds 23 bytes, but its header (2×3×1) asks for 22: something was added to it. Download or copy it again.",
  ],
  [
    "short data, gzipped",
    gzipSync(six.subarray(0, 20)),
    "train-images unpacks to 20 bytes, but its header (2×3×1) asks for 22: it is damaged. Download or copy it again.",
  ],
])("refuses %s", (_, bytes, message) => {
  expect(refusal(bytes)).toBe(message);
});

test("refuses damaged gzip: cut off, a flipped bit, a lie about its size", () => {
  const values = random(5000);
  const good = gzipSync(idx([50, 10, 10], values));
  const changed = (at: number, byte: number): Uint8Array => good.with(at, byte);
  const damaged = /^train-images is a damaged gzip file: .* Download it again, or unpack it yourself\.$/;
  expect(refusal(good)).toBe("accepted");
  expect(refusal(changed(2, 7))).toMatch(damaged);
  expect(refusal(changed(3000, (good[3000] ?? 0) ^ 1))).toMatch(damaged);
  expect(refusal(changed(good.length - 8, (good[good.length - 8] ?? 0) ^ 1))).toMatch(damaged);
  expect(refusal(good.subarray(0, 12))).toMatch(damaged);
  expect(refusal(good.subarray(0, 3000))).toMatch(damaged);
  expect(refusal(gzipSync(idx([50, 10, 10], new Uint8Array(5000))).subarray(0, -3))).toMatch(
    /unpacks to|damaged/,
  );
});

test("a bomb is refused before it goes off", () => {
  // 20 MB of zeros behind a header that claims 6 values, and a header that claims 200 MB behind 20 bytes of gzip.
  const zeros = new Uint8Array(20_000_000);
  zeros.set(six.subarray(0, 16));
  expect(refusal(gzipSync(zeros))).toMatch(/unpacks to 20000000 bytes, .* asks for 22/);
  const lying = gzipSync(idx([50_000, 64, 64], []));
  new DataView(lying.buffer, lying.byteOffset).setUint32(lying.length - 4, 50_000 * 64 * 64 + 16, true);
  expect(refusal(lying)).toMatch(/is a damaged gzip file/);
});

// Microseconds each; the limit catches a loop or an allocation of gigabytes even on a busy machine.
const swift = (bytes: Uint8Array): void => {
  const before = performance.now();
  const read = readIdx(bytes, "file");
  if ("refused" in read) expect(read.refused).toMatch(/^file .*\.$/);
  else expect(read.values.length).toBeLessThanOrEqual(10_000);
  expect(performance.now() - before).toBeLessThan(5000);
};

test("any bytes are read or refused, never thrown at, and at once", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      swift(bytes);
      swift(Uint8Array.of(0, 0, 8, ...bytes));
      swift(Uint8Array.of(0x1f, 0x8b, 8, ...bytes));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test("every cut and any changed bytes of a good file are read or refused", () => {
  const values = random(400);
  for (const good of [idx([4, 10, 10], values), gzipSync(idx([4, 10, 10], values))]) {
    for (let end = 0; end < good.length; end++) {
      swift(good.subarray(0, end));
      expect(refusal(good.subarray(0, end))).not.toBe("accepted");
    }
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => swift(changes.reduce((bytes, [at, byte]) => bytes.with(at, byte), good)),
      ),
      { seed: 2, numRuns: 1500 },
    );
  }
});
