import { call } from "../../nodes/kind.ts";
import { permutation } from "../../nodes/random.ts";
import { isImage, type Shape } from "../../nodes/shape.ts";
import { type Lower, type Lowering, tableLayer } from "./lowering.ts";

/** The permutation's matrix, applied to each channel's row of pixels. */
export const shufflePixels: Lower = ({ args: { seed } }, shape) => {
  const places = isImage(shape) ? shape[0] * shape[1] : shape[0];
  return {
    calls: callsFor(shape, places),
    numbers: places * places,
    arrays() {
      // [from, to]: 1 where the pixel goes, else 0.
      const values = new Float32Array(places * places);
      for (const [to, from] of permutation(places, Number(seed)).entries()) values[from * places + to] = 1;
      return [{ shape: [places, places], values }];
    },
  };
};

function callsFor(shape: Shape, places: number): Lowering["calls"] {
  const moved = tableLayer(places);
  if (!isImage(shape)) return [moved];
  const [, , channels] = shape;
  const asDrawn = call("reshape", { targetShape: shape });
  if (channels === 1) return [call("reshape", { targetShape: [places] }), moved, asDrawn];
  // Dense works along the last axis, so the pixels must stand there.
  const turned = call("permute", { dims: [2, 1] });
  return [call("reshape", { targetShape: [places, channels] }), turned, moved, turned, asDrawn];
}
