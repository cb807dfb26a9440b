/**
 * Kernels with a name. All are applied as cross-correlation, like every convolution of a neural network: the kernel is
 * laid on the image as it is written here, not flipped as in the convolution of mathematics.
 */
export const presetKernels = [
  "identity",
  "boxBlur",
  "gaussian",
  "sharpen",
  "laplace",
  "sobelHorizontal",
  "sobelVertical",
  "prewittHorizontal",
  "prewittVertical",
  "emboss",
] as const;
export type PresetKernel = (typeof presetKernels)[number];

/** "horizontal" is the derivative along x (Sobel & Feldman 1968): it answers to vertical edges. */
const threeByThree: Readonly<Partial<Record<PresetKernel, readonly number[]>>> = {
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  laplace: [0, 1, 0, 1, -4, 1, 0, 1, 0],
  sobelHorizontal: [1, 0, -1, 2, 0, -2, 1, 0, -1],
  sobelVertical: [1, 2, 1, 0, 0, 0, -1, -2, -1],
  prewittHorizontal: [1, 0, -1, 1, 0, -1, 1, 0, -1],
  prewittVertical: [1, 1, 1, 0, 0, 0, -1, -1, -1],
  emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
};

/**
 * The preset's cells row by row for a kernel of this size, or undefined where it has none of this size: identity needs
 * a middle (odd height and width), the blurs come in every size, the others are 3×3.
 */
export function presetCells(
  preset: PresetKernel,
  [height, width]: readonly [number, number],
): readonly number[] | undefined {
  const count = height * width;
  switch (preset) {
    case "identity":
      return height % 2 && width % 2
        ? Array.from({ length: count }, (_, at) => (at === (count - 1) / 2 ? 1 : 0))
        : undefined;
    case "boxBlur":
      return Array.from({ length: count }, () => 1 / count);
    case "gaussian": {
      const [rows, columns] = [binomial(height), binomial(width)];
      return rows.flatMap((row) => columns.map((column) => row * column));
    }
    default:
      return height === 3 && width === 3 ? threeByThree[preset] : undefined;
  }
}

/** A row of Pascal's triangle with sum 1: the whole-number likeness of a normal curve. */
function binomial(length: number): readonly number[] {
  let row = [1];
  for (let at = 1; at < length; at++)
    row = Array.from({ length: at + 1 }, (_, place) => ((row[place - 1] ?? 0) + (row[place] ?? 0)) / 2);
  return row;
}
