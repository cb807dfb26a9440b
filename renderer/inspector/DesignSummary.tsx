import { useState } from "react";
import { type DesignDerivation, designDerivations } from "../../shared/compile/design-derivations.ts";
import { optimizerSlots } from "../../shared/compile/memory.ts";
import type { Plan, Step } from "../../shared/compile/plan.ts";
import { counted, grouped, short } from "../../shared/emit/figures.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { volume } from "../../shared/nodes/shape.ts";
import { selectNodes, useDocument } from "../state/workspace.ts";
import { type DesignQuantity, designNotes, explainSight } from "../ui/explain-design.ts";
import { briefly, inPercent } from "../ui/notation.ts";
import { Select } from "../ui/Select.tsx";
import { Figure } from "./Figure.tsx";
import { Figures } from "./Figures.tsx";

type Cost = "parameters" | "macs" | "activations";
const costs = [
  { value: "parameters", label: "Parameters" },
  { value: "macs", label: "Multiply-adds" },
  { value: "activations", label: "Output values" },
] as const satisfies readonly { value: Cost; label: string }[];

const costOf = (step: Step, cost: Cost): number =>
  cost === "activations" ? volume(step.output) : step[cost];

const first: readonly DesignQuantity[] = ["parameters", "macs", "trainingPeak", "depth"];

const rowOf = (derivation: DesignDerivation) => (
  <Figure
    key={derivation.quantity}
    label={derivation.title}
    value={briefly(derivation.value)}
    explain={() => ({ ...derivation, note: designNotes[derivation.quantity] })}
  />
);

/** The whole design: what it costs, and which layers it spends it on. */
export function DesignSummary({ design, plan }: { readonly design: Design; readonly plan: Plan }) {
  const [cost, setCost] = useState<Cost>("parameters");
  const { batch, optimizer } = useDocument().recipe;
  const figures = designDerivations(plan, batch, optimizerSlots[optimizer.name]);
  const all = plan.steps.reduce((sum, it) => sum + costOf(it, cost), 0);
  return (
    <>
      <header className="inspector-head">
        <h2>{design.name}</h2>
        <p>{counted(design.nodes.length, "layer")}. Choose a layer to see and change its settings.</p>
      </header>
      <Figures label="Totals" others={figures.filter((it) => !first.includes(it.quantity)).map(rowOf)}>
        {figures.filter((it) => first.includes(it.quantity)).map(rowOf)}
        <Figure label="Sees" value={explainSight(plan).value} explain={() => explainSight(plan)} />
      </Figures>
      {plan.steps.length > 0 && (
        <section className="inspector-shares" aria-label="Share per layer">
          <Select label="Share per layer" value={cost} options={costs} onChange={setCost} />
          <ul>
            {plan.steps.map((step) => {
              const share = all > 0 ? costOf(step, cost) / all : 0;
              return (
                <li key={step.node.id}>
                  <button
                    type="button"
                    data-family={step.kind.family}
                    title={`${grouped(costOf(step, cost))}, ${inPercent(share)}`}
                    onClick={() => selectNodes([step.node.id])}
                  >
                    <span className="share-id">{step.node.id}</span>
                    <span className="share-bar">
                      <i style={{ width: `${share * 100}%` }} />
                    </span>
                    <span className="share-count">{short(costOf(step, cost))}</span>
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      )}
    </>
  );
}
