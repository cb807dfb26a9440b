import type { Connection, FinalConnectionState } from "@xyflow/react";
import { canConnect, connect, reconnect } from "../../shared/graph/edits.ts";
import { say } from "../state/notices.ts";
import { activeDesign, editDesign, workspace } from "../state/workspace.ts";
import { openQuickAdd } from "./controls.ts";
import type { WireEdge } from "./flow.ts";

const onConnect = ({ source, target, targetHandle }: Connection): void =>
  editDesign((design) =>
    connect(design, source, target, targetHandle === null ? undefined : Number(targetHandle)),
  );

/** A wire let go over nothing asks what to put there; over a layer that cannot take it, says why. */
function onConnectEnd(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  if (state.isValid || !state.fromNode) return;
  const from = state.fromNode.id;
  if (!state.toNode) {
    const at = "clientX" in event ? event : event.changedTouches[0];
    if (at && state.fromHandle?.type === "source") openQuickAdd({ x: at.clientX, y: at.clientY }, { from });
    return;
  }
  const [source, target] =
    state.fromHandle?.type === "target" ? [state.toNode.id, from] : [from, state.toNode.id];
  const reason = canConnect(activeDesign(workspace.getState()), source, target);
  if (reason !== undefined) say(reason);
}

const onReconnect = ({ data }: WireEdge, { source, target, targetHandle }: Connection): void => {
  const slot = targetHandle === null ? undefined : Number(targetHandle);
  if (data) editDesign((design) => reconnect(design, data.wire, source, target, slot));
};

/** What drawing a wire, or taking its end elsewhere, does. */
export const connecting = { onConnect, onConnectEnd, onReconnect };
