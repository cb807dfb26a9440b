import { useState } from "react";
import type { Plan, Step } from "../../shared/compile/plan.ts";
import { counted, grouped, short, shortBytes } from "../../shared/emit/figures.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { show, volume } from "../../shared/nodes/shape.ts";
import { selectNodes } from "../state/workspace.ts";
import { explainSight, explainSum, type Sum, sums } from "../ui/explain-totals.ts";
import { inPercent } from "../ui/notation.ts";
import { Select } from "../ui/Select.tsx";
import { Figure } from "./Figure.tsx";

type Cost = "parameters" | "macs" | "activations";
const costs = [
  { value: "parameters", label: "Parameters" },
  { value: "macs", label: "Multiply-adds" },
  { value: "activations", label: "Output values" },
] as const satisfies readonly { value: Cost; label: string }[];

const costOf = (step: Step, cost: Cost): number =>
  cost === "activations" ? volume(step.output) : step[cost];

/** The whole design: what it costs, and which layers it spends it on. */
export function DesignSummary({ design, plan }: { readonly design: Design; readonly plan: Plan }) {
  const [cost, setCost] = useState<Cost>("parameters");
  const { totals } = plan;
  const of = (sum: Sum) => () => explainSum(plan, sums[sum]);
  const all = plan.steps.reduce((sum, it) => sum + costOf(it, cost), 0);
  return (
    <>
      <header className="inspector-head">
        <h2>{design.name}</h2>
        <p>{counted(design.nodes.length, "layer")}. Choose a layer to see and change its settings.</p>
      </header>
      <section className="inspector-figures" aria-label="Totals">
        <Figure label="Parameters" value={grouped(totals.parameters)} explain={of("parameters")} />
        <Figure label="Trainable" value={grouped(totals.trainable)} explain={of("trainable")} />
        <Figure label="Multiply-adds" value={grouped(totals.macs)} explain={of("macs")} />
        <Figure label="Additions" value={grouped(totals.additions)} explain={of("additions")} />
        <Figure label="Comparisons" value={grouped(totals.comparisons)} explain={of("comparisons")} />
        <Figure
          label="Activations"
          value={shortBytes(totals.activationBytes)}
          explain={of("activationBytes")}
        />
        <Figure
          label="Sees"
          value={`${show(totals.receptiveField)} pixels`}
          explain={() => explainSight(plan)}
        />
      </section>
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
