/** Shapes leave out the batch axis. Images are channels-last (height, width, channels), as in Keras and tfjs. */
export type Image = readonly [height: number, width: number, channels: number];
export type Vector = readonly [units: number];
export type Shape = Image | Vector;

export const isImage = (shape: Shape): shape is Image => shape.length === 3;
export const isVector = (shape: Shape): shape is Vector => shape.length === 1;

/** `28×28×1` or `784`, as in the field's papers. */
export const show = (shape: readonly number[]): string => shape.join("×");

/** Number of values that one example of this shape holds. */
export const volume = (shape: readonly number[]): number => shape.reduce((product, it) => product * it, 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((it, axis) => it === b[axis]);
