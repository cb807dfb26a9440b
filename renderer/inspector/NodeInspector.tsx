import { Snowflake } from "lucide-react";
import type { Plan } from "../../shared/compile/plan.ts";
import { counted, grouped } from "../../shared/emit/figures.ts";
import type { GraphNode } from "../../shared/graph/graph.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { show } from "../../shared/nodes/shape.ts";
import { applyRepair } from "../state/workspace.ts";
import { Button } from "../ui/Button.tsx";
import { derivation, derivationInWords } from "./derivation.ts";
import { Figure } from "./Figure.tsx";
import { IdField } from "./IdField.tsx";
import { Inputs } from "./Inputs.tsx";
import { KernelPictures } from "./KernelPictures.tsx";
import { SettingsForm } from "./SettingsForm.tsx";

export function NodeInspector({ node, plan }: { readonly node: GraphNode; readonly plan: Plan }) {
  const kind = kinds[node.kind];
  const step = plan.steps.find((it) => it.node.id === node.id);
  const problems = plan.problems.filter((it) => it.node === node.id);
  const frozen = step && step.weights.length > 0 && step.trainable === 0;
  return (
    <>
      <header className="inspector-head" data-family={kind.family}>
        <h2>{kind.title}</h2>
        <p>{kind.summary}</p>
      </header>
      {problems.map((problem) => (
        <section
          key={problem.code + problem.message}
          className="inspector-problem"
          data-severity={problem.severity}
        >
          <p>{problem.message}</p>
          {problem.repairs.map((it) => (
            <Button key={it.title} onClick={() => applyRepair(it)}>
              {it.title}
            </Button>
          ))}
        </section>
      ))}
      <section className="inspector-form" aria-label="Settings">
        <IdField id={node.id} />
        <SettingsForm node={node} />
      </section>
      <Inputs node={node} plan={plan} />
      {step && (
        <section className="inspector-figures" aria-label="Figures">
          <Figure label="Output" value={show(step.output)} />
          <Figure
            label="Parameters"
            value={grouped(step.parameters)}
            detail={step.parameters > 0 ? derivation(step.weights) : undefined}
            hint={step.parameters > 0 ? derivationInWords(step.weights) : undefined}
          />
          {frozen && (
            <p className="inspector-frozen">
              <Snowflake aria-hidden="true" /> Frozen: training leaves these as they are.
            </p>
          )}
          {!frozen && step.trainable !== step.parameters && (
            <Figure label="Trainable" value={grouped(step.trainable)} />
          )}
          <Figure
            label="Multiply-adds"
            value={grouped(step.macs)}
            hint={`${counted(step.macs, "multiply-add")} for one image`}
          />
          <Figure
            label="Sees"
            value={seen(step.receptiveField, step.whole)}
            hint="What one output value depends on"
          />
        </section>
      )}
      {step && <KernelPictures step={step} />}
    </>
  );
}

const seen = (field: readonly number[], whole: readonly number[]): string =>
  field.every((it, axis) => it >= (whole[axis] ?? 0))
    ? `everything, ${show(whole)}`
    : `${show(field)} pixels`;
