import { CircleAlert, CircleCheck, TriangleAlert, Wrench } from "lucide-react";
import type { Plan, Problem } from "../../../shared/compile/plan.ts";
import { counted } from "../../../shared/emit/figures.ts";
import { type Graph, nodeOf } from "../../../shared/graph/graph.ts";
import { kinds } from "../../../shared/nodes/index.ts";
import { pointAt, pointAtNothing } from "../../state/pointed.ts";
import { RepairButton } from "../../ui/RepairButton.tsx";
import "./problems.css";

interface ProblemsProps {
  readonly graph: Graph;
  readonly plan: Plan;
  /** Shows where the problem is. */
  readonly onShow: (problem: Problem) => void;
}

/** What is wrong with the design, in the order in which mending makes sense, each with what can be done about it. */
export function Problems({ graph, plan, onShow }: ProblemsProps) {
  if (plan.problems.length === 0)
    return (
      <div className="problems-none" role="status">
        <CircleCheck aria-hidden="true" />
        <p>
          No problems. {counted(plan.totals.parameters, "parameter")}
          {plan.ready ? ", ready to train." : "."}
        </p>
      </div>
    );
  const sorted = plan.problems.toSorted((a, b) => rank(a) - rank(b));
  return (
    <ul className="problems" aria-label="Problems">
      {sorted.map((it) => (
        <ProblemRow
          key={`${it.code} ${it.node} ${it.message}`}
          problem={it}
          title={titleOf(graph, it)}
          onShow={onShow}
        />
      ))}
    </ul>
  );
}

export function titleOf(graph: Graph, { node: id }: { readonly node?: string }): string | undefined {
  const node = id === undefined ? undefined : nodeOf(graph, id);
  return node && kinds[node.kind].title;
}

const rank = ({ severity }: Problem): number => (severity === "error" ? 0 : 1);

interface ProblemRowProps {
  readonly problem: Problem;
  readonly title: string | undefined;
  readonly onShow: (problem: Problem) => void;
}

function ProblemRow({ problem, title, onShow }: ProblemRowProps) {
  const { severity, node: place, nodes, wires, message, repairs } = problem;
  return (
    <li
      className="problems-row"
      data-severity={severity}
      onPointerOver={() => pointAt(nodes, wires)}
      onPointerLeave={pointAtNothing}
    >
      {severity === "error" ? (
        <CircleAlert role="img" aria-label="Error" />
      ) : (
        <TriangleAlert role="img" aria-label="Warning" />
      )}
      <div className="problems-words">
        {place === undefined ? (
          <span className="problems-whole">Whole design</span>
        ) : (
          <button
            type="button"
            className="problems-place"
            onFocus={() => pointAt(nodes, wires)}
            onBlur={pointAtNothing}
            onClick={() => onShow(problem)}
          >
            {place}
            {title && <span>{title}</span>}
          </button>
        )}
        <p>{message}</p>
      </div>
      <div className="problems-repairs">
        {repairs.map((it, index) => (
          <RepairButton
            key={it.title}
            repair={it}
            look={index === 0 ? "plain" : "quiet"}
            icon={index === 0 && <Wrench />}
          />
        ))}
      </div>
    </li>
  );
}
