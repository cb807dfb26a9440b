/** Shapes leave out the batch axis. Images are channels-last (height, width, channels), as in Keras and tfjs. */
export type Image = readonly [height: number, width: number, channels: number];
export type Vector = readonly [units: number];
export type Shape = Image | Vector;

export const isImage = (shape: Shape): shape is Image => shape.length === 3;
export const isVector = (shape: Shape): shape is Vector => shape.length === 1;

/** `28×28×1` or `784`, as in the field's papers. */
export const show = (shape: readonly number[]): string => shape.join("×");

/** Number of values that one example of this shape holds. */
export function volume(shape: readonly number[]): number {
  let product = 1;
  for (const size of shape) product *= size;
  return product;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}
