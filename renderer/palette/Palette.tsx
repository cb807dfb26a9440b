import { Search } from "lucide-react";
import { type DragEvent, useState } from "react";
import { addLayer } from "../canvas/add-chosen.ts";
import { familyTitles, kindDragType, kindsFor, type ListedKind } from "../ui/kind-list.ts";
import { Tooltip } from "../ui/Tooltip.tsx";
import "./palette.css";

/** All layers by family: drag one onto the canvas, or choose it to add it behind what is selected. */
export function Palette() {
  const [search, setSearch] = useState("");
  const found = kindsFor(search);
  return (
    <aside className="palette" aria-label="Layers">
      <label className="palette-search">
        <Search aria-hidden="true" />
        <input
          className="field"
          type="search"
          placeholder="Search layers"
          aria-label="Search layers"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </label>
      <div className="palette-list">
        {found.map(({ family, kinds }) => (
          <section key={family} aria-label={familyTitles[family]} data-family={family}>
            <h2>{familyTitles[family]}</h2>
            <ul>
              {kinds.map((it) => (
                <Item key={it.name} listed={it} />
              ))}
            </ul>
          </section>
        ))}
        {found.length === 0 && <p className="palette-none">No layer is called “{search.trim()}”.</p>}
      </div>
    </aside>
  );
}

function Item({ listed: { name, kind } }: { readonly listed: ListedKind }) {
  const begin = (event: DragEvent) => {
    event.dataTransfer.setData(kindDragType, name);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <li>
      <Tooltip text={kind.summary} side="right">
        <button type="button" draggable onDragStart={begin} onClick={() => addLayer(name)}>
          {kind.title}
        </button>
      </Tooltip>
    </li>
  );
}
