import type { Graph, Wire } from "../graph/graph.ts";
import { wiresBy } from "../graph/reach.ts";
import type { KindName } from "../nodes/index.ts";
import { type Shape, sameShape } from "../nodes/shape.ts";
import { compile } from "./compile.ts";
import type { Plan, Problem, Repair, Step, Surroundings, Totals } from "./plan.ts";
import { keyOf } from "./problems/publish.ts";

/** What is shown of a layer before and after an edit. */
export interface Figures {
  /** Undefined while the layer does not work. */
  readonly output: Shape | undefined;
  readonly parameters: number;
  readonly macs: number;
}

/** A layer whose output, parameters or multiply-adds change, or that starts or stops to work. */
export interface Changed {
  readonly id: string;
  readonly kind: KindName;
  readonly before: Figures;
  readonly after: Figures;
}

/** What an edit would do to a design. */
export interface Preview {
  /** The design with the edit. */
  readonly graph: Graph;
  /** In the order of the edited plan, those that do not work at the end. Added and removed layers are not among them. */
  readonly changed: readonly Changed[];
  readonly added: readonly { readonly id: string; readonly kind: KindName; readonly after: Figures }[];
  readonly removed: readonly { readonly id: string; readonly kind: KindName; readonly before: Figures }[];
  /** Layers that stay, but get their input from elsewhere. */
  readonly rewired: readonly string[];
  readonly totals: { readonly before: Totals; readonly after: Totals };
  /** Problems that go, and those that come. */
  readonly solved: readonly Problem[];
  readonly raised: readonly Problem[];
}

/**
 * What a repair, of a problem or an advice, would change. Nothing is applied. Costs two compilations, which work out only
 * what is downstream of the edit.
 */
export function previewOf(
  graph: Graph,
  { apply }: Pick<Repair, "apply">,
  around: Surroundings = {},
): Preview {
  const before = compile(graph, around);
  const edited = apply(graph);
  const after = compile(edited, around);
  const old = figuresOf(graph, before);
  const now = figuresOf(edited, after);
  const kindsOf = new Map([...graph.nodes, ...edited.nodes].map((it) => [it.id, it.kind]));
  const kindIn = (id: string): KindName => kindsOf.get(id) ?? "input";
  return {
    graph: edited,
    changed: [...now].flatMap(([id, figures]) => {
      const was = old.get(id);
      return was && !alike(was, figures) ? [{ id, kind: kindIn(id), before: was, after: figures }] : [];
    }),
    added: [...now].flatMap(([id, after]) => (old.has(id) ? [] : [{ id, kind: kindIn(id), after }])),
    removed: [...old].flatMap(([id, before]) => (now.has(id) ? [] : [{ id, kind: kindIn(id), before }])),
    rewired: rewiredIn(graph, edited).filter((it) => old.has(it)),
    totals: { before: before.totals, after: after.totals },
    solved: missingIn(after, before),
    raised: missingIn(before, after),
  };
}

/** Figures of every node, those of the plan first and in its order. */
function figuresOf({ nodes }: Graph, { steps }: Plan): ReadonlyMap<string, Figures> {
  const figures = new Map<string, Figures>(steps.map((it) => [it.node.id, figuresOfStep(it)]));
  for (const { id } of nodes)
    if (!figures.has(id)) figures.set(id, { output: undefined, parameters: 0, macs: 0 });
  return figures;
}

const figuresOfStep = ({ output, parameters, macs }: Step): Figures => ({ output, parameters, macs });

const alike = (a: Figures, b: Figures): boolean =>
  a.parameters === b.parameters &&
  a.macs === b.macs &&
  (a.output && b.output ? sameShape(a.output, b.output) : a.output === b.output);

function rewiredIn(before: Graph, after: Graph): readonly string[] {
  if (before.wires === after.wires) return [];
  const old = wiresBy(before.wires, "to");
  const now = wiresBy(after.wires, "to");
  const sources = (wires: readonly Wire[] = []): string =>
    String(wires.toSorted((a, b) => a.slot - b.slot).map((it) => it.from));
  return after.nodes.map((it) => it.id).filter((id) => sources(old.get(id)) !== sources(now.get(id)));
}

const missingIn = (plan: Plan, whose: Plan): readonly Problem[] => {
  const there = new Set(plan.problems.map(known));
  return whose.problems.filter((it) => !there.has(known(it)));
};
const known = (it: Problem): string => `${keyOf(it)} ${it.message}`;
