import type { Plan, Step } from "../../compile/plan.ts";
import { sameShape } from "../../nodes/shape.ts";
import { captionOf } from "./captions.ts";

/** What the figure draws as one: a layer, those behind it that only change its values, and repetitions of all that. */
export interface Block {
  /** Id of the first layer. */
  readonly id: string;
  readonly step: Step;
  /** Activations, norms, dropout and the like, which keep the shape. */
  readonly folded: readonly Step[];
  /** Layers in a row that say the same, the first included; more than one in long designs only. */
  readonly repeated: readonly Step[];
  /** Ids of the blocks that feed it, by slot. */
  readonly sources: readonly string[];
}

/** Designs of more blocks than this are shortened by drawing repeated layers as one. */
const mostSingly = 12;

/** The figure's blocks in topological order. */
export function blocksOf(plan: Plan): readonly Block[] {
  const folded = folding(plan);
  return folded.length > mostSingly ? repeating(folded) : folded;
}

function folding({ steps }: Plan): readonly Block[] {
  const consumers = countOf(steps.flatMap((it) => it.sources));
  const owner = new Map<string, string>();
  const blocks = new Map<string, Block>();
  for (const step of steps) {
    const [source = ""] = step.sources;
    const home = blocks.get(owner.get(source) ?? "");
    if (home && changesValuesOnly(step) && consumers.get(source) === 1) {
      owner.set(step.node.id, home.id);
      blocks.set(home.id, { ...home, folded: [...home.folded, step] });
      continue;
    }
    const { id } = step.node;
    owner.set(id, id);
    const sources = step.sources.map((it) => owner.get(it) ?? it);
    blocks.set(id, { id, step, folded: [], repeated: [step], sources });
  }
  return [...blocks.values()];
}

function repeating(blocks: readonly Block[]): readonly Block[] {
  const consumers = countOf(blocks.flatMap((it) => it.sources));
  const owner = new Map<string, string>();
  const kept = new Map<string, Block>();
  for (const block of blocks) {
    const [source = ""] = block.sources;
    const home = kept.get(owner.get(source) ?? "");
    if (home && consumers.get(source) === 1 && saysTheSame(home, block)) {
      owner.set(block.id, home.id);
      kept.set(home.id, { ...home, repeated: [...home.repeated, block.step] });
      continue;
    }
    owner.set(block.id, block.id);
    kept.set(block.id, { ...block, sources: block.sources.map((it) => owner.get(it) ?? it) });
  }
  return [...kept.values()];
}

const saysTheSame = (a: Block, b: Block): boolean =>
  a.step.kind.family === "convolve" &&
  sameShape(a.step.output, b.step.output) &&
  captionOf({ ...a, repeated: [a.step] }).says === captionOf(b).says;

function changesValuesOnly({ kind, values, inputs, output }: Step): boolean {
  const [input] = inputs;
  return (
    inputs.length === 1 &&
    input !== undefined &&
    sameShape(input, output) &&
    (kind.family === "regularise" || kind.sight(values, inputs) === "same position")
  );
}

function countOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
