import { TriangleAlert } from "lucide-react";
import type { Problem } from "../../shared/compile/plan.ts";
import { RepairButton } from "../ui/RepairButton.tsx";

/** What is wrong, in words, with what takes it away. It stands beside the card, so that no wire is hidden. */
export const Callout = ({ problem, others }: { readonly problem: Problem; readonly others: number }) => (
  <div className="callout nodrag nopan" data-severity={problem.severity}>
    <p>
      <TriangleAlert aria-hidden="true" />
      <span>{problem.message}</span>
    </p>
    {problem.repairs.length > 0 && (
      <div className="callout-repairs">
        {problem.repairs.slice(0, 3).map((it) => (
          <RepairButton key={it.title} repair={it} />
        ))}
      </div>
    )}
    {others > 0 && <small>and {others} more in the Problems tab</small>}
  </div>
);
