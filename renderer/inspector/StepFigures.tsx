import { ChevronRight, Snowflake } from "lucide-react";
import { type Derivation, derivationsOf, type Quantity } from "../../shared/compile/derivations.ts";
import type { Plan, Step } from "../../shared/compile/plan.ts";
import { toggle, usePreference } from "../state/preferences.ts";
import { useDocument } from "../state/workspace.ts";
import { explained } from "../ui/explain-step.ts";
import { Figure } from "./Figure.tsx";

/** What people look for first; the rest waits behind a line. */
const first: readonly Quantity[] = ["output", "parameters", "macs", "receptiveField"];

/** Every number of a layer, each with its derivation. */
export function StepFigures({ plan, step }: { readonly plan: Plan; readonly step: Step }) {
  const { batch } = useDocument().recipe;
  const showsAll = usePreference("allFigures");
  const derivations = derivationsOf(plan, step.node.id, batch);
  const isFrozen = step.weights.length > 0 && step.trainable === 0;
  const others = derivations.filter((it) => !first.includes(it.quantity));
  return (
    <section className="inspector-figures" aria-label="Figures">
      {first.map((quantity) => {
        const found = derivations.find((it) => it.quantity === quantity);
        return found ? (
          <Row key={quantity} derivation={found} />
        ) : (
          quantity === "parameters" && <Figure key={quantity} label="Parameters" value="0" />
        );
      })}
      {isFrozen && (
        <p className="inspector-frozen">
          <Snowflake aria-hidden="true" /> Frozen: training leaves these as they are.
        </p>
      )}
      <button
        type="button"
        className="inspector-more"
        aria-expanded={showsAll}
        onClick={() => toggle("allFigures")}
      >
        <ChevronRight aria-hidden="true" />
        {showsAll ? "Fewer figures" : "All figures"}
      </button>
      {showsAll && others.map((it) => <Row key={it.quantity} derivation={it} />)}
    </section>
  );
}

const Row = ({ derivation }: { readonly derivation: Derivation }) => (
  <Figure
    label={derivation.title}
    value={derivation.value}
    explain={() => explained(derivation)}
    detail={derivation.quantity === "parameters" ? derivation.lines[0]?.worked : undefined}
  />
);
