import { compile } from "../../shared/compile/compile.ts";
import type { Step } from "../../shared/compile/plan.ts";
import type { Graph, GraphNode, Wire } from "../../shared/graph/graph.ts";
import { type KindName, kinds } from "../../shared/nodes/index.ts";
import type { Values } from "../../shared/nodes/settings.ts";
import { type Image, isImage, isVector, volume } from "../../shared/nodes/shape.ts";
import { createDice, type Dice } from "./dice.ts";
import { drawValues, laidOut } from "./draw-values.ts";

export interface Wish {
  readonly seed: number;
  /** Kinds of which the design shall have at least one, as far as they fit; the rest is chance. */
  readonly wanted: readonly KindName[];
  /**
   * The design ends in classes, and what is random in training is set to do nothing there, so that gradients can be
   * compared.
   */
  readonly learns: boolean;
}

// Small shapes find the same mistakes as large ones, sooner.
const mostValues = 500;
const mostParameters = 20_000;

/** A random sound design: one or more inputs of one shape, branches and skips, one output. */
export function drawDesign({ seed, wanted, learns }: Wish): Graph {
  const dice = createDice(seed);
  const site = createSite(learns);
  const shape = dice.chance(0.75)
    ? { height: dice.whole(1, 9), width: dice.whole(1, 9), channels: dice.whole(1, 4) }
    : { shape: [dice.whole(1, 16)] };
  const entrances = dice.chance(0.8) ? 1 : dice.whole(2, 3);
  for (let count = 0; count < entrances; count++) site.place("input", shape, []);
  const layers = [...wanted, ...Array.from({ length: dice.whole(0, 4) }, () => dice.oneOf(drawable))];
  for (const kind of layers) addLayer(site, kind, dice);
  joinEnds(site, dice);
  if (learns) addClasses(site, dice);
  else if (site.ends().every((it) => it.kind.family === "input")) addLayer(site, "activation", dice);
  return site.graph();
}

export const drawable = Object.keys(kinds).filter((it) => it !== "input") as [KindName, ...KindName[]];
const pools: readonly [KindName, ...KindName[]] = ["globalAvgPool2d", "globalMaxPool2d", "flatten"];
const noises: ReadonlySet<KindName> = new Set(["dropout", "spatialDropout2d", "gaussianNoise"]);

/** A design under construction. */
interface Site {
  /** Puts a layer behind these steps, or nothing where the kind refuses or would give more than `most` values. */
  place(kind: KindName, values: Values, sources: readonly Step[], most?: number): Step | undefined;
  steps(): readonly Step[];
  /** Steps that feed nothing yet. */
  ends(): readonly Step[];
  graph(): Graph;
}

function createSite(learns: boolean): Site {
  let graph: Graph = { nodes: [], wires: [] };
  let steps: readonly Step[] = [];
  return {
    place(kind, drawn, sources, most = mostValues) {
      const id = `n${graph.nodes.length}`;
      const quiet =
        learns && noises.has(kind) ? { [kind === "gaussianNoise" ? "deviation" : "rate"]: 0 } : {};
      const node: GraphNode = { id, kind, values: { ...drawn, ...quiet }, at: [0, 0] };
      const wires = sources.map(({ node: { id: from } }, slot): Wire => ({ from, to: id, slot }));
      const larger = { nodes: [...graph.nodes, node], wires: [...graph.wires, ...wires] };
      const all = compile(larger).steps;
      const step = all.find((it) => it.node.id === id);
      if (!step || volume(step.output) > most || step.parameters > mostParameters) return undefined;
      graph = larger;
      steps = all;
      return step;
    },
    steps: () => steps,
    ends: () => steps.filter((it) => !graph.wires.some((wire) => wire.from === it.node.id)),
    graph: () => graph,
  };
}

const attempts = 12;

/** A layer of this kind somewhere in the design, behind a flatten or a reshape where it needs one. */
function addLayer(site: Site, kind: KindName, dice: Dice): void {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const source = sourceFor(site, kind, dice);
    if (!source) continue;
    const sources = kinds[kind].takes === "several" ? merged(site, kind, source, dice) : [source];
    if (site.place(kind, drawValues(kind, source.output, dice), sources)) return;
  }
}

/** Mostly an open end, so that designs grow deep and not only wide. */
function sourceFor(site: Site, kind: KindName, dice: Dice): Step | undefined {
  const { takes } = kinds[kind];
  const fits = ({ output }: Step): boolean =>
    takes === "image" ? isImage(output) : takes === "vector" ? isVector(output) : true;
  const ends = site.ends().filter(fits);
  const found = dice.anyOf(ends.length && dice.chance(0.75) ? ends : site.steps().filter(fits));
  if (found) return found;
  const other = dice.anyOf(site.steps());
  if (!other) return undefined;
  if (takes === "vector") return site.place("flatten", {}, [other]);
  return site.place("reshape", { target: laidOut(volume(other.output), dice) }, [other]);
}

/** What a merge joins: a step and others in any order, or two of which each repeats where the other does not. */
function merged(site: Site, kind: KindName, first: Step, dice: Dice): readonly Step[] {
  const { output } = first;
  if (kind !== "concat" && isImage(output) && dice.chance(0.2)) {
    const down = site.place("maxPool2d", { size: [output[0], 1] }, [first]);
    const across = site.place("avgPool2d", { size: [1, output[1]] }, [first]);
    if (down && across) return [down, across];
  }
  const others = partnersOf(site, kind, first, dice);
  return dice.chance(0.5) ? [...others, first] : [first, ...others];
}

/** One or two further inputs for a merge: steps that fit as they are, or that are made to fit. */
function partnersOf(site: Site, kind: KindName, first: Step, dice: Dice): readonly Step[] {
  const count = dice.chance(0.75) ? 1 : 2;
  return Array.from({ length: count }).flatMap(() => {
    const there = site.steps().filter((it) => it.output.length === first.output.length && it !== first);
    if (there.length && dice.chance(0.5)) return dice.anyOf(there) ?? [];
    return (kind === "concat" ? beside(site, first, dice) : alike(site, first, dice)) ?? [];
  });
}

/** Something to stack on `first`: an image of the same height and width, or any vector. */
const beside = (site: Site, first: Step, dice: Dice): Step | undefined =>
  isImage(first.output)
    ? site.place("conv2d", { filters: dice.whole(1, 3), kernel: dice.whole(1, 3) }, [first])
    : site.place("dense", { units: dice.whole(1, 5) }, [first]);

/** Something of the shape of `first`, or with axes of size 1 that a merge repeats. */
function alike(site: Site, first: Step, dice: Dice): Step | undefined {
  const { output } = first;
  const activation = dice.oneOf(["sigmoid", "tanh", "relu"]);
  if (!isImage(output))
    return site.place("dense", { units: dice.chance(0.5) ? 1 : (output[0] ?? 1), activation }, [first]);
  const [height, width, channels] = output;
  switch (dice.whole(0, 4)) {
    case 0:
      return site.place("conv2d", { filters: channels, kernel: dice.whole(1, 3), activation }, [first]);
    case 1:
      return site.place("conv2d", { filters: 1, kernel: 1, activation }, [first]);
    case 2:
      return site.place("maxPool2d", { size: [height, 1] }, [first]);
    case 3:
      return site.place("avgPool2d", { size: [1, width] }, [first]);
    default:
      return squeezed(site, first, output, dice);
  }
}

/** One number per channel as a 1×1 image, as squeeze-and-excitation has it. */
function squeezed(site: Site, first: Step, [, , channels]: Image, dice: Dice): Step | undefined {
  const pooled = site.place(dice.oneOf(["globalAvgPool2d", "globalMaxPool2d"]), {}, [first]);
  return pooled && site.place("reshape", { target: [1, 1, channels] }, [pooled]);
}

/** Brings all open ends together: one output. */
function joinEnds(site: Site, dice: Dice): void {
  const ends = site.ends();
  if (ends.length < 2) return;
  const vectors = ends.flatMap((end) =>
    isVector(end.output) ? end : (site.place(dice.oneOf(pools), {}, [end]) ?? []),
  );
  site.place("concat", {}, vectors, Number.POSITIVE_INFINITY);
}

function addClasses(site: Site, dice: Dice): void {
  const [end] = site.ends();
  if (!end) return;
  const vector = isVector(end.output) ? end : site.place(dice.oneOf(pools), {}, [end]);
  const activation = dice.chance(0.5) ? "softmax" : "linear";
  if (vector) site.place("dense", { units: dice.whole(2, 5), activation }, [vector]);
}
