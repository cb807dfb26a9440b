/** A value of a map in three digits: `0.432`, `−1.20`, `12.3`, `1.2e−5`. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return "not a number";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const text = size < 1e-3 || size >= 1e5 ? size.toExponential(1) : size.toPrecision(3);
  // 12,300 must not become 1.23e+4.
  const plain = size >= 1e3 && size < 1e5 ? String(Math.round(size)) : text;
  return `${value < 0 ? "−" : ""}${plain.replace("e-", "e−").replace("e+", "e")}`;
}

/** A weight in a small cell: `.43`, `−1.2`. */
export function cellFigure(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return "·";
  const text =
    size < 0.995 ? size.toFixed(2).slice(1) : size < 9.95 ? size.toFixed(1) : String(Math.round(size));
  return `${value < 0 && !/^[.0]+$/.test(text) ? "−" : ""}${text === ".00" ? "0" : text}`;
}

/** Index of the largest value: the predicted class. */
export const largestAt = (values: Float32Array): number =>
  values.reduce((best, it, index) => (it > (values[best] ?? Number.NEGATIVE_INFINITY) ? index : best), 0);

/** Whether values are shares of one, as after softmax, so that percentages may be written. */
export const areShares = (values: Float32Array): boolean =>
  values.every((it) => it >= 0 && it <= 1.0001) &&
  Math.abs(values.reduce((sum, it) => sum + it, 0) - 1) < 1e-3;
