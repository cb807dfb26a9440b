import { compile } from "../../shared/compile/compile.ts";
import type { Plan } from "../../shared/compile/plan.ts";
import type { Document } from "../../shared/graph/document.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { type DataShape, knownDataShape } from "../../shared/train/dataset.ts";
import { type DataState, useSession } from "./session.ts";
import { useDesign, useDocument } from "./workspace.ts";

const plans = new WeakMap<Design, { readonly data: DataShape | undefined; readonly plan: Plan }>();

/** What a design means, given the images it must fit. The same design object gives the same plan object. */
export function planOf(design: Design, data: DataShape | undefined): Plan {
  const known = plans.get(design);
  if (known && isSame(known.data, data)) return known.plan;
  const plan = compile(design, { data });
  plans.set(design, { data, plan });
  return plan;
}

/** The loaded images' shape, or what the chosen source is known to give. */
export function dataShapeOf(document: Document, data: DataState): DataShape | undefined {
  if (data.status !== "ready") return knownDataShape(document.data);
  return { example: data.dataset.example, classes: data.dataset.classes.length };
}

export function useDataShape(): DataShape | undefined {
  const document = useDocument();
  const data = useSession((state) => state.data);
  return dataShapeOf(document, data);
}

/** The plan of the design on the canvas. */
export function usePlan(): Plan {
  const data = useDataShape();
  return planOf(useDesign(), data);
}

/** The plans of all designs, in tab order. */
export function usePlans(): readonly Plan[] {
  const data = useDataShape();
  return useDocument().designs.map((it) => planOf(it, data));
}

const isSame = (a: DataShape | undefined, b: DataShape | undefined): boolean =>
  a === b || (a?.classes === b?.classes && String(a?.example) === String(b?.example));
