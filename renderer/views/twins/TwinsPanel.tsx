import { useMemo, useState } from "react";
import { compile } from "../../../shared/compile/compile.ts";
import { replaceWithTwin } from "../../../shared/compile/twins/replace.ts";
import type { Site, TwinName, TwinWindow } from "../../../shared/compile/twins/site.ts";
import { twinsOf } from "../../../shared/compile/twins/twins.ts";
import { grouped } from "../../../shared/emit/figures.ts";
import { sameShape } from "../../../shared/nodes/shape.ts";
import { say } from "../../state/notices.ts";
import { usePlan } from "../../state/plans.ts";
import { useSession } from "../../state/session.ts";
import {
  editDesign,
  selectNodes,
  undoEdit,
  useDesign,
  useDocument,
  useFocus,
} from "../../state/workspace.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { mapAt, spanOf, valueAt } from "../../ui/paint-maps.ts";
import type { Drawing } from "./paint-wiring.ts";
import { TwinsView } from "./TwinsView.tsx";
import { titles } from "./words.ts";

interface TwinsPanelProps {
  readonly onClose: () => void;
  /** Another layer stands in its place now. */
  readonly onReplaced: (id: string) => void;
}

/** The twins of the selected layer. */
export function TwinsPanel({ onClose, onReplaced }: TwinsPanelProps) {
  const id = useFocus() ?? "";
  const [window, setWindow] = useState<TwinWindow>();
  const design = useDesign();
  const plan = usePlan();
  const { recipe } = useDocument();
  // Feature maps arrive many times a second; the twins stay.
  const found = useMemo(
    () => twinsOf(design, plan, id, { batch: recipe.batch, window }),
    [design, plan, id, recipe.batch, window],
  );
  const brightness = useBrightness("refused" in found ? undefined : found.site);
  const use = (which: TwinName) => {
    const swapped = replaceWithTwin(design, id, which, window);
    editDesign(() => swapped.graph);
    selectNodes([swapped.id]);
    onClose();
    onReplaced(swapped.id);
    const [before, now] = [plan, compile(swapped.graph)].map((it) => grouped(it.totals.parameters));
    say(`${titles[which]}: the design now has ${now} parameters, it had ${before}.`, {
      action: { label: "Undo", run: undoEdit },
    });
  };
  return (
    <Dialog title={`Twins of ${id}`} wide onClose={onClose}>
      {"refused" in found ? (
        <p>{found.refused}</p>
      ) : (
        <TwinsView
          {...found}
          brightness={brightness}
          kernels={kernelsFor(found.site)}
          onKernel={(kernel) => setWindow({ ...found.site.window, kernel: [kernel, kernel] })}
          onUse={use}
        />
      )}
    </Dialog>
  );
}

/** A dense layer that gives maps of the image's size says nothing of a window: any odd one may stand for it. */
function kernelsFor({ which, window, input, maps }: Site): readonly number[] {
  const isFree = which === "dense" && window.padding === "same" && maps[0] * maps[1] > 1;
  return isFree ? [1, 3, 5, 7, 9, 11].filter((it) => it <= Math.min(input[0], input[1])) : [];
}

/** The first channel of what enters the layer now, from dark to bright. */
function useBrightness(site: Site | undefined): Drawing["brightness"] {
  const maps = useSession((state) => (site ? state.maps[site.source] : undefined));
  if (!site || !maps || !sameShape(maps.shape, site.input)) return undefined;
  const [rows, columns] = site.input;
  const place = mapAt(maps.values, rows, columns, 0);
  const { low, high } = spanOf(maps.values, 0, rows * columns);
  return high > low ? (row, column) => (valueAt(place, row, column) - low) / (high - low) : undefined;
}
