import { X } from "lucide-react";
import type { Plan } from "../../shared/compile/plan.ts";
import { canConnect, connect } from "../../shared/graph/edits.ts";
import { type GraphNode, wireKey, wiresInto } from "../../shared/graph/graph.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { show } from "../../shared/nodes/shape.ts";
import { editDesign, removeWire, selectNodes, useDesign } from "../state/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { Select } from "../ui/Select.tsx";

/** The wires that arrive, and a list to draw another: everything that can be done with the pointer on the canvas. */
export function Inputs({ node, plan }: { readonly node: GraphNode; readonly plan: Plan }) {
  const design = useDesign();
  const { takes } = kinds[node.kind];
  if (takes === "nothing") return null;
  const wires = wiresInto(design, node.id);
  const sources = design.nodes.filter(
    ({ id }) => canConnect(design, id, node.id) === undefined && wires.every((it) => it.from !== id),
  );
  const outputs = new Map(plan.steps.map((it) => [it.node.id, show(it.output)]));
  const canTakeMore = takes === "several" || wires.length === 0;
  return (
    <section className="inspector-inputs" aria-label="Inputs">
      <h3>{takes === "several" ? "Inputs" : "Input"}</h3>
      <ul>
        {wires.map((wire) => (
          <li key={wireKey(wire)}>
            {takes === "several" && <small>{wire.slot + 1}</small>}
            <button type="button" onClick={() => selectNodes([wire.from])}>
              {wire.from}
            </button>
            <span>{outputs.get(wire.from) ?? "?"}</span>
            <IconButton
              label={`Remove the wire from ${wire.from}`}
              icon={<X />}
              onClick={() => removeWire(wire)}
            />
          </li>
        ))}
      </ul>
      {sources.length > 0 && (
        <Select
          label={canTakeMore ? "Connect from" : "Connect from another layer instead"}
          value=""
          options={sources.map(({ id }) => ({ value: id, label: id }))}
          onChange={(from) => editDesign((before) => connect(before, from, node.id))}
        >
          <option value="">{canTakeMore ? "Connect from…" : "Connect from another layer…"}</option>
        </Select>
      )}
    </section>
  );
}
