import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { Plus, X } from "lucide-react";
import { memo, useState } from "react";
import { usePointedWire } from "../state/pointed.ts";
import { removeWire } from "../state/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { openQuickAdd } from "./controls.ts";
import type { WireEdge } from "./flow.ts";

/** A wire: dashed while what flows is unknown; the shape stands on it under the pointer, its tools when selected. */
export const WirePath = memo(function WirePath(props: EdgeProps<WireEdge>) {
  const { id, data, selected, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const [over, setOver] = useState(false);
  const pointed = usePointedWire(id);
  const [path, x, y] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  if (!data) return null;
  const { wire, shape, place } = data;
  return (
    <g
      className="wire"
      data-unknown={shape === undefined || undefined}
      data-over={over || undefined}
      data-pointed={pointed || undefined}
      onPointerEnter={() => setOver(true)}
      onPointerLeave={() => setOver(false)}
    >
      <BaseEdge id={id} path={path} interactionWidth={24} />
      {(over || selected) && (
        <EdgeLabelRenderer>
          <div
            className="wire-label nodrag nopan"
            data-tools={selected || undefined}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            <span>
              {shape ?? "shape unknown"}
              {place && <small>{place}</small>}
            </span>
            {selected && (
              <>
                <IconButton
                  label="Insert a layer here"
                  icon={<Plus />}
                  onClick={(event) => openQuickAdd({ x: event.clientX, y: event.clientY }, { wire })}
                />
                <IconButton
                  label="Remove this wire"
                  keys="Delete"
                  icon={<X />}
                  onClick={() => removeWire(wire)}
                />
              </>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});
