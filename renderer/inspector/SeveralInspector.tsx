import { AlignStartHorizontal, AlignStartVertical, Copy, Trash2 } from "lucide-react";
import type { Plan } from "../../shared/compile/plan.ts";
import { counted, grouped } from "../../shared/emit/figures.ts";
import { inColumn, inRow } from "../canvas/align.ts";
import { duplicateSelected, editDesign, removeSelected } from "../state/workspace.ts";
import { Button } from "../ui/Button.tsx";
import { Figure } from "./Figure.tsx";

export function SeveralInspector({ ids, plan }: { readonly ids: readonly string[]; readonly plan: Plan }) {
  const steps = plan.steps.filter((it) => ids.includes(it.node.id));
  const sum = (of: (step: Plan["steps"][number]) => number) =>
    grouped(steps.reduce((all, it) => all + of(it), 0));
  return (
    <>
      <header className="inspector-head">
        <h2>{counted(ids.length, "layer")}</h2>
        <p>{ids.join(", ")}</p>
      </header>
      <section className="inspector-actions" aria-label="Actions">
        <Button icon={<AlignStartVertical />} onClick={() => editDesign((design) => inColumn(design, ids))}>
          Align in a column
        </Button>
        <Button icon={<AlignStartHorizontal />} onClick={() => editDesign((design) => inRow(design, ids))}>
          Align in a row
        </Button>
        <Button icon={<Copy />} keys="Mod+D" onClick={duplicateSelected}>
          Duplicate
        </Button>
        <Button look="danger" icon={<Trash2 />} keys="Delete" onClick={removeSelected}>
          Delete
        </Button>
      </section>
      <section className="inspector-figures" aria-label="Figures">
        <Figure label="Parameters" value={sum((it) => it.parameters)} />
        <Figure label="Trainable" value={sum((it) => it.trainable)} />
        <Figure label="Multiply-adds" value={sum((it) => it.macs)} />
      </section>
    </>
  );
}
