import { useEffect, useRef } from "react";
import { isKindName } from "../../shared/nodes/index.ts";
import { Finder, type Finding } from "../ui/Finder.tsx";
import { kindList, type ListedKind } from "../ui/kind-list.ts";
import { addLayer } from "./add-chosen.ts";
import { canvasView, closeQuickAdd, type QuickAddTarget, type ScreenPoint, useControls } from "./controls.ts";
import "./quick-add.css";

/** A list of layers at the pointer: type a few letters, press Enter. */
export function QuickAdd() {
  const open = useControls((state) => state.quickAdd);
  return open ? <List key={`${open.at.x} ${open.at.y}`} at={open.at} target={open.target} /> : null;
}

const findingOf = ({ name, kind, words }: ListedKind): Finding => ({
  id: name,
  title: kind.title,
  words,
  detail: kind.summary,
  mark: <i data-family={kind.family} />,
});
const starts = kindList.filter(({ kind }) => kind.takes === "nothing").map(findingOf);
const others = kindList.filter(({ kind }) => kind.takes !== "nothing").map(findingOf);

const size = { width: 264, height: 320 };

function List({ at, target }: { readonly at: ScreenPoint; readonly target: QuickAddTarget }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const closeOutside = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) closeQuickAdd();
    };
    // After the click that opened the list.
    const timer = setTimeout(() => window.addEventListener("pointerdown", closeOutside, true));
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pointerdown", closeOutside, true);
    };
  }, []);
  const choose = (name: string) => {
    closeQuickAdd();
    if (isKindName(name)) canvasView()?.focus(addLayer(name, target, at));
  };
  return (
    <div
      ref={box}
      className="quick-add"
      style={{
        left: Math.max(8, Math.min(at.x, window.innerWidth - size.width - 8)),
        top: Math.max(8, Math.min(at.y, window.innerHeight - size.height - 8)),
      }}
    >
      <Finder
        label="Add a layer"
        placeholder={placeholders(target)}
        nothing="No layer is called that."
        groups={[
          {
            findings: "wire" in target || "from" in target ? [...others, ...starts] : [...starts, ...others],
          },
        ]}
        onChoose={choose}
        onEscape={() => {
          closeQuickAdd();
          canvasView()?.focus();
        }}
      />
    </div>
  );
}

const placeholders = (target: QuickAddTarget): string =>
  "wire" in target
    ? `Insert between ${target.wire.from} and ${target.wire.to}`
    : "from" in target
      ? `Add behind ${target.from}`
      : "Add a layer";
