import { CircleAlert, CircleCheck, TriangleAlert, Wrench } from "lucide-react";
import type { Plan, Problem, Repair } from "../../../shared/compile/plan.ts";
import { counted } from "../../../shared/emit/figures.ts";
import { type Graph, nodeOf } from "../../../shared/graph/graph.ts";
import { kinds } from "../../../shared/nodes/index.ts";
import { Button } from "../../ui/Button.tsx";
import "./problems.css";

interface ProblemsProps {
  readonly graph: Graph;
  readonly plan: Plan;
  /** Shows where the problem is. */
  readonly onShow: (problem: Problem) => void;
  readonly onRepair: (repair: Repair) => void;
}

/** What is wrong with the design, errors first, each with what can be done about it. */
export function Problems({ graph, plan, onShow, onRepair }: ProblemsProps) {
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
          onRepair={onRepair}
        />
      ))}
    </ul>
  );
}

function titleOf(graph: Graph, { node: id }: Problem): string | undefined {
  const node = id === undefined ? undefined : nodeOf(graph, id);
  return node && kinds[node.kind].title;
}

const rank = ({ severity }: Problem): number => (severity === "error" ? 0 : 1);

interface ProblemRowProps extends Omit<ProblemsProps, "graph" | "plan"> {
  readonly problem: Problem;
  readonly title: string | undefined;
}

function ProblemRow({ problem, title, onShow, onRepair }: ProblemRowProps) {
  const { severity, node: place, message, repairs } = problem;
  const [best, ...others] = repairs;
  return (
    <li className="problems-row" data-severity={severity}>
      {severity === "error" ? (
        <CircleAlert role="img" aria-label="Error" />
      ) : (
        <TriangleAlert role="img" aria-label="Warning" />
      )}
      <div className="problems-words">
        {place === undefined ? (
          <span className="problems-whole">Whole design</span>
        ) : (
          <button type="button" className="problems-place" onClick={() => onShow(problem)}>
            {place}
            {title && <span>{title}</span>}
          </button>
        )}
        <p>{message}</p>
      </div>
      <div className="problems-repairs">
        {best && (
          <Button icon={<Wrench />} onClick={() => onRepair(best)}>
            {best.title}
          </Button>
        )}
        {others.map((it) => (
          <Button key={it.title} look="quiet" onClick={() => onRepair(it)}>
            {it.title}
          </Button>
        ))}
      </div>
    </li>
  );
}
