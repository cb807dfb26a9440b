import type { Step } from "../../shared/compile/plan.ts";
import { grouped } from "../../shared/emit/figures.ts";
import { sameShape } from "../../shared/nodes/shape.ts";
import { useSession } from "../state/session.ts";
import { MapCanvas } from "../ui/MapCanvas.tsx";
import { diverging } from "../ui/map-palettes.ts";
import { aroundZero, kernelAt, spanOf } from "../ui/paint-maps.ts";
import { useTheme } from "../ui/use-theme.ts";

const most = 16;

/** A convolution's kernels over its first input channel, zero in the middle of the palette. */
export function KernelPictures({ step }: { readonly step: Step }) {
  const kernels = useSession((state) => state.kernels);
  const theme = useTheme();
  const shape = step.weights.find((it) => it.name === "kernel")?.shape;
  if (!kernels || kernels.node !== step.node.id || !shape || shape.length !== 4) return null;
  if (!sameShape(kernels.shape, shape)) return null;
  const [, , channels = 1, count = 1] = shape;
  const span = aroundZero(spanOf(kernels.values));
  const shown = Math.min(most, count);
  return (
    <section className="inspector-kernels" aria-label="Kernels">
      <h3>Kernels{channels > 1 && ", first input channel"}</h3>
      <div>
        {Array.from({ length: shown }, (_, index) => (
          <MapCanvas
            // biome-ignore lint/suspicious/noArrayIndexKey: a kernel is its number.
            key={index}
            place={kernelAt(kernels.values, shape, 0, index)}
            palette={diverging[theme]}
            span={span}
            size={36}
          />
        ))}
      </div>
      {count > shown && <p>and {grouped(count - shown)} more in the Feature maps tab</p>}
    </section>
  );
}
