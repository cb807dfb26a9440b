import { type ConnectionLineComponentProps, getBezierPath } from "@xyflow/react";
import { canConnect } from "../../shared/graph/edits.ts";
import { useDesign } from "../state/workspace.ts";
import type { CardNode } from "./flow.ts";

/** The wire that is being drawn; over a layer that cannot take it, the reason stands beside it. */
export function ConnectionPath(props: ConnectionLineComponentProps<CardNode>) {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, fromNode, toNode, fromHandle } = props;
  const design = useDesign();
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
  });
  const backwards = fromHandle.type === "target";
  const reason =
    toNode && canConnect(design, backwards ? toNode.id : fromNode.id, backwards ? fromNode.id : toNode.id);
  return (
    <g className="connecting" data-refused={reason || undefined}>
      <path d={path} className="react-flow__connection-path" />
      <circle cx={toX} cy={toY} r={4} />
      {reason && (
        <foreignObject x={toX + 12} y={toY - 8} width={240} height={80}>
          <div className="connecting-reason">{reason}</div>
        </foreignObject>
      )}
    </g>
  );
}
