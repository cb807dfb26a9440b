import { compile } from "../../shared/compile/compile.ts";
import type { Plan, Surroundings } from "../../shared/compile/plan.ts";
import type { Document } from "../../shared/graph/document.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { type DataShape, knownDataShape } from "../../shared/train/dataset.ts";
import { type DataState, type Session, useSession } from "./session.ts";
import { useDesign, useDocument } from "./workspace.ts";

const plans = new WeakMap<Design, { readonly around: Surroundings; readonly plan: Plan }>();

/** What a design means, given what it must fit. The same design object gives the same plan object. */
export function planOf(design: Design, around: Surroundings): Plan {
  const known = plans.get(design);
  if (known && isSame(known.around, around)) return known.plan;
  const plan = compile(design, around);
  plans.set(design, { around, plan });
  return plan;
}

/** What the designs of a document must fit: its examples and classes, and the memory of this machine. */
export const aroundOf = (document: Document, { data, memoryBytes }: Known): Surroundings => ({
  data: dataShapeOf(document, data),
  batch: document.recipe.batch,
  memoryBytes,
});
type Known = Pick<Session, "data" | "memoryBytes">;

/** The loaded images' shape, or what the chosen source is known to give. */
export function dataShapeOf(document: Document, data: DataState): DataShape | undefined {
  if (data.status !== "ready") return knownDataShape(document.data);
  return { example: data.dataset.example, classes: data.dataset.classes.length };
}

function useAround(): Surroundings {
  const document = useDocument();
  const data = useSession((state) => state.data);
  const memoryBytes = useSession((state) => state.memoryBytes);
  return aroundOf(document, { data, memoryBytes });
}

/** The examples and classes that the designs must fit, once they are known. */
export const useDataShape = (): DataShape | undefined => useAround().data;

/** The plan of the design on the canvas. */
export function usePlan(): Plan {
  const around = useAround();
  return planOf(useDesign(), around);
}

/** The plans of all designs, in tab order. */
export function usePlans(): readonly Plan[] {
  const around = useAround();
  return useDocument().designs.map((it) => planOf(it, around));
}

const isSame = (a: Surroundings, b: Surroundings): boolean =>
  a.batch === b.batch && a.memoryBytes === b.memoryBytes && isSameData(a.data, b.data);

const isSameData = (a: DataShape | undefined, b: DataShape | undefined): boolean =>
  a === b || (a?.classes === b?.classes && String(a?.example) === String(b?.example));
