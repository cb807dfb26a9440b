import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { registerSimd } from "../../simd/node.ts";

/** Every backend that runs in Node. */
export const nodeBackends = ["cpu", "simd"] as const;

/** Makes the backend the current one and makes sure that it really is. */
export async function use(name: string): Promise<void> {
  tf.enableProdMode();
  if (name === "simd" && !tf.engine().registryFactory.simd) await registerSimd();
  if (!(await tf.setBackend(name)) || tf.getBackend() !== name) throw new Error(`${name} does not start`);
  await tf.ready();
}
