import { applyNodeChanges, type NodeChange } from "@xyflow/react";
import { useCallback, useLayoutEffect, useMemo, useState } from "react";
import type { Plan } from "../../shared/compile/plan.ts";
import { placeNodes, putOnWire } from "../../shared/graph/edits.ts";
import type { Design } from "../../shared/graph/graph.ts";
import { useAdvice } from "../state/advice.ts";
import { editDesign, selectedNodes, selectNodes, useWorkspace, workspace } from "../state/workspace.ts";
import { type CardNode, cardsOf, wiresOf } from "./flow.ts";
import { wireUnder } from "./wire-under.ts";

/**
 * The library's list of cards, kept in step with the design. Sizes it measures and places in the middle of a drag live
 * only here; where a drag ends goes into the design, as one entry of the history.
 */
export function useCards(design: Design, plan: Plan) {
  const selection = useWorkspace((state) => state.selection);
  const selectedWire = useWorkspace((state) => state.selectedWire);
  const advice = useAdvice();
  const [nodes, setNodes] = useState<CardNode[]>(() => cardsOf(design, plan, advice, selection, []));
  useLayoutEffect(() => {
    setNodes((before) => cardsOf(design, plan, advice, selection, before));
  }, [design, plan, advice, selection]);

  const change = useCallback((changes: NodeChange<CardNode>[]) => {
    const selecting = changes.filter((it) => it.type === "select");
    if (selecting.length) {
      const selected = new Set(selectedNodes(workspace.getState()));
      for (const { id, selected: on } of selecting) {
        if (on) selected.add(id);
        else selected.delete(id);
      }
      selectNodes(selected);
    }
    const kept = changes.filter((it) => it.type === "dimensions" || it.type === "position");
    if (kept.length) setNodes((before) => applyNodeChanges(kept, before));
  }, []);

  const drop = useCallback((event: object, dragged: readonly CardNode[]) => {
    const places = new Map(dragged.map((it) => [it.id, [it.position.x, it.position.y] as const]));
    const [only, ...others] = dragged;
    const wire = only && others.length === 0 ? wireUnder(event) : undefined;
    editDesign((before) => {
      const moved = placeNodes(before, places);
      return wire && only ? putOnWire(moved, wire, only.id) : moved;
    });
  }, []);

  const wires = useMemo(() => wiresOf(design, plan, selectedWire), [design, plan, selectedWire]);
  return { nodes, wires, change, drop };
}
