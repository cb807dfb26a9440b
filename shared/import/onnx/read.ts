import { shown } from "../../graph/json.ts";
import { answered, refuse } from "../../graph/reading.ts";
import { createDraft } from "../draft.ts";
import type { GivenFile, Import } from "../imported.ts";
import { modelOf } from "./messages.ts";
import { createSketch } from "./sketch.ts";
import { trace } from "./trace.ts";

/** Versions of the standard operators whose meanings the readers know. */
const opsets = { oldest: 7, latest: 22 } as const;

/**
 * An ONNX model (onnx.ai/onnx/intermediate-representation): IR version 3 and later, opset 7 to 22. Images may have their
 * channels first or last, within the network too; the design has them last, and its weights lie in our order. Refuses
 * damaged files, arrays in files of their own, several inputs, and sizes that are not fixed.
 */
export function readOnnx({ name, bytes }: GivenFile): Import {
  return answered((): Import => {
    const model = modelOf(bytes);
    const { opset, irVersion } = model;
    if (irVersion < 3)
      refuse(
        `${shown(name)} is of IR version ${irVersion}; those from 3 on (2017) can be read. Export the model again.`,
      );
    if (opset === undefined)
      refuse(
        `${shown(name)} does not say which version of ONNX's operators (opset) it uses. Export the model again.`,
      );
    else if (opset < opsets.oldest || opset > opsets.latest)
      refuse(
        `${shown(name)} uses opset ${opset} of ONNX's operators; ${opsets.oldest} to ${opsets.latest} can be read. Export the model again with opset_version=17.`,
      );
    const sketch = createSketch();
    const title = trace(model, sketch);
    const draft = createDraft();
    sketch.drawOn(draft);
    return draft.finish(title);
  });
}
