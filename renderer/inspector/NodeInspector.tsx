import { Lightbulb } from "lucide-react";
import type { Plan } from "../../shared/compile/plan.ts";
import type { GraphNode } from "../../shared/graph/graph.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { useAdvice } from "../state/advice.ts";
import { RepairButton } from "../ui/RepairButton.tsx";
import { IdField } from "./IdField.tsx";
import { Inputs } from "./Inputs.tsx";
import { KernelPictures } from "./KernelPictures.tsx";
import { SettingsForm } from "./SettingsForm.tsx";
import { StepFigures } from "./StepFigures.tsx";

export function NodeInspector({ node, plan }: { readonly node: GraphNode; readonly plan: Plan }) {
  const kind = kinds[node.kind];
  const step = plan.steps.find((it) => it.node.id === node.id);
  const advice = useAdvice().filter((it) => it.nodes[0] === node.id);
  const problems = plan.problems.filter((it) => it.node === node.id);
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
            <RepairButton key={it.title} repair={it} />
          ))}
        </section>
      ))}
      <section className="inspector-form" aria-label="Settings">
        <IdField id={node.id} />
        <SettingsForm node={node} />
      </section>
      <Inputs node={node} plan={plan} />
      {step && <StepFigures plan={plan} step={step} />}
      {advice.map(({ code, message, why, repairs }) => (
        <section key={code + message} className="inspector-advice" aria-label="Advice">
          <Lightbulb aria-hidden="true" />
          <p>{message}</p>
          <small>{why}</small>
          <div>
            {repairs.map((it) => (
              <RepairButton key={it.title} repair={it} />
            ))}
          </div>
        </section>
      ))}
      {step && <KernelPictures step={step} />}
    </>
  );
}
