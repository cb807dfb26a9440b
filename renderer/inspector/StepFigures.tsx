import { Snowflake } from "lucide-react";
import { type Derivation, derivationsOf, type Quantity } from "../../shared/compile/derivations.ts";
import type { Plan, Step } from "../../shared/compile/plan.ts";
import { isFrozen } from "../canvas/flow.ts";
import { useDocument } from "../state/workspace.ts";
import { explained } from "../ui/explain-step.ts";
import { briefly } from "../ui/notation.ts";
import { Figure } from "./Figure.tsx";
import { Figures } from "./Figures.tsx";

const first: readonly Quantity[] = ["output", "parameters", "macs", "receptiveField"];

/** Every number of a layer, each with its derivation. */
export function StepFigures({ plan, step }: { readonly plan: Plan; readonly step: Step }) {
  const { batch } = useDocument().recipe;
  const derivations = derivationsOf(plan, step.node.id, batch);
  return (
    <Figures
      label="Figures"
      others={derivations
        .filter((it) => !first.includes(it.quantity))
        .map((it) => <Row key={it.quantity} derivation={it} />)}
    >
      {first.map((quantity) => {
        const found = derivations.find((it) => it.quantity === quantity);
        if (found) return <Row key={quantity} derivation={found} />;
        return quantity === "parameters" && <Figure key={quantity} label="Parameters" value="0" />;
      })}
      {isFrozen({ step }) && (
        <p className="inspector-frozen">
          <Snowflake aria-hidden="true" /> Frozen: training leaves these as they are.
        </p>
      )}
    </Figures>
  );
}

const Row = ({ derivation }: { readonly derivation: Derivation }) => (
  <Figure
    label={derivation.title}
    value={briefly(derivation.value)}
    explain={() => explained(derivation)}
    detail={derivation.quantity === "parameters" ? derivation.lines[0]?.worked : undefined}
  />
);
