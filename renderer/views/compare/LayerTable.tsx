import { ChevronRight } from "lucide-react";
import { type Derivation, derivationsOf, type Quantity } from "../../../shared/compile/derivations.ts";
import type { Plan, Step } from "../../../shared/compile/plan.ts";
import { sharesOf } from "../../../shared/compile/shares.ts";
import { toggle, usePreference } from "../../state/preferences.ts";
import { Explained } from "../../ui/Explained.tsx";
import { explained } from "../../ui/explain-step.ts";
import { briefly } from "../../ui/notation.ts";

const quantities = [
  ["output", "Output"],
  ["parameters", "Parameters"],
  ["macs", "Multiply-adds"],
  ["additions", "Additions"],
  ["comparisons", "Comparisons"],
  ["inferenceBytes", "Output’s memory"],
  ["trainingBytes", "While training"],
  ["receptiveField", "Sees"],
  ["jump", "Jump"],
  ["offset", "Offset"],
  ["paddingShare", "Padding seen"],
] as const satisfies readonly (readonly [Quantity, string])[];

interface LayerTableProps {
  readonly name: string;
  readonly plan: Plan;
  readonly batch: number;
}

/** Every layer of one design with all its numbers; bars show its share of the design's total. */
export function LayerTable({ name, plan, batch }: LayerTableProps) {
  const open = usePreference("layerTable");
  if (plan.steps.length === 0) return null;
  return (
    <section className="compare-layers" aria-label={`Layers of ${name}`}>
      <h3>
        <button type="button" aria-expanded={open} onClick={() => toggle("layerTable")}>
          <ChevronRight aria-hidden="true" />
          Layers of {name}
        </button>
      </h3>
      {open && (
        <table className="compare-table" aria-label={`Layers of ${name}`}>
          <thead>
            <tr>
              <th scope="col">Layer</th>
              {quantities.map(([quantity, title]) => (
                <th key={quantity} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {plan.steps.map((step) => (
              <Row key={step.node.id} step={step} plan={plan} batch={batch} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface RowProps extends Omit<LayerTableProps, "name"> {
  readonly step: Step;
}

function Row({ step, plan, batch }: RowProps) {
  const derivations = derivationsOf(plan, step.node.id, batch);
  const shares = sharesOf(step, plan.totals);
  const shareOf: Readonly<Partial<Record<Quantity, number>>> = {
    parameters: shares.parameters,
    macs: shares.macs,
    inferenceBytes: shares.memory,
  };
  return (
    <tr>
      <th scope="row">
        {step.node.id}
        <small>{step.kind.title}</small>
      </th>
      {quantities.map(([quantity]) => (
        <Cell
          key={quantity}
          derivation={derivations.find((it) => it.quantity === quantity)}
          share={shareOf[quantity]}
        />
      ))}
    </tr>
  );
}

interface CellProps {
  readonly derivation: Derivation | undefined;
  readonly share: number | undefined;
}

const Cell = ({ derivation, share }: CellProps) => (
  <td>
    <span className="compare-value">
      {derivation ? (
        <Explained explain={() => explained(derivation)}>{briefly(derivation.value)}</Explained>
      ) : (
        "–"
      )}
    </span>
    {share !== undefined && (
      <span className="compare-bar" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
    )}
  </td>
);
