import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { Activity, Lightbulb, Snowflake, TriangleAlert } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { short } from "../../shared/emit/figures.ts";
import { card } from "../../shared/graph/card.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { show } from "../../shared/nodes/shape.ts";
import { usePointedNode } from "../state/pointed.ts";
import { isActive, useSession } from "../state/session.ts";
import { activeDesign, useWorkspace } from "../state/workspace.ts";
import { Explained } from "../ui/Explained.tsx";
import type { Explanation } from "../ui/explained.ts";
import { inPercent } from "../ui/notation.ts";
import { Callout } from "./Callout.tsx";
import { explainHere } from "./explain-here.ts";
import { type CardNode, type Hint, isFrozen, notationOf } from "./flow.ts";
import { KernelGlyph } from "./KernelGlyph.tsx";
import { MapStrip } from "./MapStrip.tsx";
import "./node-card.css";

/** The card of every kind of layer. State shows in the outline and as a picture, never by colour alone. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const { node, step, problems, advice, share, slots } = data;
  const kind = kinds[node.kind];
  const error = problems.find((it) => it.severity === "error");
  const problem = error ?? problems[0];
  const frozen = isFrozen(data);
  const notation = notationOf(node);
  const name = useWorkspace((state) => activeDesign(state).name);
  const isTraining = useSession(({ runs }) => isActive(runs[name]) && runs[name]?.status !== "paused");
  const pointed = usePointedNode(id);
  const running = isTraining && (step?.trainable ?? 0) > 0;
  useMovedHandles(id, slots.length);

  return (
    <div
      className="card"
      style={{ width: card.width }}
      data-family={kind.family}
      data-selected={selected || undefined}
      data-problem={problem?.severity}
      data-frozen={frozen || undefined}
      data-running={running || undefined}
      data-pointed={pointed || undefined}
      data-crowded={data.crowded || undefined}
    >
      {slots.map((slot, index) => (
        <Handle
          key={slot}
          id={String(slot)}
          type="target"
          position={Position.Top}
          style={{ left: `${((index + 1) / (slots.length + 1)) * 100}%` }}
          data-free={slots.length > 1 && index === slots.length - 1 ? true : undefined}
        />
      ))}
      {slots.length > 1 &&
        slots.slice(0, -1).map((slot, index) => (
          <span
            key={slot}
            className="card-slot"
            aria-hidden="true"
            style={{ left: `${((index + 1) / (slots.length + 1)) * 100}%` }}
          >
            {slot + 1}
          </span>
        ))}
      <div className="card-head">
        <span className="card-title">{kind.title}</span>
        {step && <KernelGlyph weights={step.weights} />}
        {running && <Activity className="card-icon card-running" aria-label="training" />}
        {frozen && <Snowflake className="card-icon" aria-label="frozen" />}
        {advice.length > 0 && (
          <Explained skipsTab className="card-advice" explain={() => hintsOf(advice)}>
            <Lightbulb className="card-icon" aria-label="advice" />
          </Explained>
        )}
        {problem && <TriangleAlert className="card-icon card-trouble" aria-label={problem.severity} />}
        <span className="card-id">{node.id}</span>
      </div>
      {notation && <div className="card-notation">{notation}</div>}
      <MapStrip id={id} step={step} />
      <div className="card-figures">
        {step ? (
          <Explained skipsTab explain={() => explainHere(id, "output")}>
            {show(step.output)}
          </Explained>
        ) : (
          <span>?</span>
        )}
        {step && step.parameters > 0 && (
          <Explained skipsTab explain={() => explainHere(id, "parameters")}>
            {short(step.parameters)}
          </Explained>
        )}
      </div>
      <div className="card-heat" title={share > 0 ? `${inPercent(share)} of all parameters` : undefined}>
        <div style={{ width: `${share * 100}%` }} />
      </div>
      {problem && <Callout problem={problem} others={problems.length - 1} />}
      <Handle type="source" position={Position.Bottom} />
    </div>
  );
});

const hintsOf = (advice: readonly Hint[]): Explanation => ({
  title: "Advice",
  value: "",
  lines: advice.map(({ message, why }) => ({ name: "", formula: why, worked: message })),
  prose: true,
});

/** The library measures a card when it comes; it must be told when the number of handles changes and so their places. */
function useMovedHandles(id: string, count: number): void {
  const measure = useUpdateNodeInternals();
  const measured = useRef(count);
  useEffect(() => {
    if (measured.current === count) return;
    measured.current = count;
    measure(id);
  }, [id, count, measure]);
}
