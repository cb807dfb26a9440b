import { MiniMap, ReactFlow, ReactFlowProvider, SelectionMode } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useMemo } from "react";
import { grid } from "../../shared/graph/card.ts";
import { canConnect } from "../../shared/graph/edits.ts";
import { nodeOf } from "../../shared/graph/graph.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { enterSettings } from "../inspector/walk.ts";
import { usePlan } from "../state/plans.ts";
import { usePreference } from "../state/preferences.ts";
import { selectWire, useDesign } from "../state/workspace.ts";
import { CanvasBar } from "./CanvasBar.tsx";
import "./canvas.css";
import { ConnectionPath } from "./ConnectionPath.tsx";
import { connecting } from "./connecting.ts";
import { EmptyCanvas } from "./EmptyCanvas.tsx";
import type { CardNode, WireEdge } from "./flow.ts";
import { NodeCard } from "./NodeCard.tsx";
import { useCards } from "./use-cards.ts";
import { useDropping } from "./use-dropping.ts";
import { useView } from "./use-view.ts";
import { WirePath } from "./WirePath.tsx";

const nodeTypes = { card: NodeCard };
const edgeTypes = { wire: WirePath };

/** The drawing of the active design. */
export const Canvas = () => (
  <ReactFlowProvider>
    <Drawing />
  </ReactFlowProvider>
);

function Drawing() {
  const design = useDesign();
  const plan = usePlan();
  const showsMinimap = usePreference("minimap");
  const cards = useCards(design, plan);
  const { target, ...dropping } = useDropping();
  const { viewing, dots } = useView(design, plan, cards.nodes);
  const edges = useMemo(
    () => cards.wires.map((it) => (it.id === target ? { ...it, className: "wire-target" } : it)),
    [cards.wires, target],
  );

  return (
    <div className="canvas" data-dropping={target !== undefined || undefined} {...dropping} {...viewing}>
      <div ref={dots} className="canvas-dots" style={{ "--grid": `${grid}px` }} />
      <ReactFlow<CardNode, WireEdge>
        nodes={cards.nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={cards.change}
        onNodeDragStop={(event, _, dragged) => cards.drop(event, dragged)}
        onSelectionDragStop={cards.drop}
        onEdgeClick={(_, edge) => selectWire(edge.data?.wire)}
        onPaneClick={() => selectWire(undefined)}
        isValidConnection={({ source, target: to }) => canConnect(design, source, to) === undefined}
        {...connecting}
        connectionLineComponent={ConnectionPath}
        connectionRadius={36}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        selectionMode={SelectionMode.Partial}
        onKeyDown={enterSettings}
        disableKeyboardA11y
        nodesFocusable
        edgesFocusable={false}
        panOnScroll
        zoomOnDoubleClick={false}
        minZoom={0.1}
        maxZoom={2}
        snapToGrid
        snapGrid={[grid / 2, grid / 2]}
        elevateNodesOnSelect
        proOptions={{ hideAttribution: true }}
      >
        {showsMinimap && (
          <MiniMap<CardNode>
            pannable
            zoomable
            ariaLabel="Overview of the drawing"
            nodeClassName={(it) => `minimap-${familyOf(it)}`}
            bgColor="var(--surface)"
            maskColor="color-mix(in srgb, var(--ground) 72%, transparent)"
          />
        )}
      </ReactFlow>
      {design.nodes.length === 0 && <EmptyCanvas />}
      <CanvasBar />
    </div>
  );

  function familyOf({ id }: CardNode): string {
    const node = nodeOf(design, id);
    return node ? kinds[node.kind].family : "input";
  }
}
