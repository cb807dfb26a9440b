import { nodeOf } from "../../shared/graph/graph.ts";
import { usePlan } from "../state/plans.ts";
import { selectedNodes, useDesign, useWorkspace } from "../state/workspace.ts";
import { DesignSummary } from "./DesignSummary.tsx";
import "./inspector.css";
import { NodeInspector } from "./NodeInspector.tsx";
import { SeveralInspector } from "./SeveralInspector.tsx";
import { leaveSettings } from "./walk.ts";

/** Everything about what is selected; about the whole design where nothing is. */
export function Inspector() {
  const design = useDesign();
  const plan = usePlan();
  const key = useWorkspace((state) => selectedNodes(state).join(" "));
  const selected = key === "" ? [] : key.split(" ");
  const [only, ...others] = selected;
  const node = only !== undefined && others.length === 0 ? nodeOf(design, only) : undefined;
  return (
    <aside className="inspector" aria-label="Inspector" onKeyDown={(event) => leaveSettings(event, node?.id)}>
      {node ? (
        <NodeInspector key={node.id} node={node} plan={plan} />
      ) : selected.length > 1 ? (
        <SeveralInspector ids={selected} plan={plan} />
      ) : (
        <DesignSummary design={design} plan={plan} />
      )}
    </aside>
  );
}
