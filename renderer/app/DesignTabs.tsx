import { ChevronDown, Plus } from "lucide-react";
import { useState } from "react";
import { canRenameDesign } from "../../shared/graph/names.ts";
import { complain } from "../state/notices.ts";
import { isActive, useSession } from "../state/session.ts";
import { activeIndex, showDesign, useDocument, useWorkspace } from "../state/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { Menu } from "../ui/Menu.tsx";
import { duplicateDesignOnCanvas, newDesign, removeDesignOnCanvas, renameDesign } from "./designs.ts";

/** The designs of the document; a double click renames one. */
export function DesignTabs() {
  const document = useDocument();
  const active = useWorkspace(activeIndex);
  const [renaming, setRenaming] = useState<string>();
  const training = useSession((state) =>
    Object.entries(state.runs)
      .filter(([, run]) => isActive(run))
      .map(([name]) => name)
      .join("\n"),
  );
  const last = document.designs.length === 1;
  return (
    <nav className="design-tabs" aria-label="Designs">
      {document.designs.map(({ name }, index) =>
        renaming === name ? (
          <NameField key={name} name={name} onDone={() => setRenaming(undefined)} />
        ) : (
          <button
            type="button"
            key={name}
            className="design-tab"
            aria-current={index === active ? "page" : undefined}
            onClick={() => showDesign(index)}
            onDoubleClick={() => setRenaming(name)}
          >
            {name}
            {training.split("\n").includes(name) && <i role="img" aria-label="training" />}
          </button>
        ),
      )}
      <Menu
        groups={[
          {
            items: [
              { label: "Rename…", onSelect: () => setRenaming(document.designs[active]?.name) },
              { label: "Duplicate", onSelect: duplicateDesignOnCanvas },
              {
                label: "Delete",
                blocked: last ? "A document has at least one design." : undefined,
                onSelect: removeDesignOnCanvas,
              },
            ],
          },
        ]}
      >
        <IconButton label="Design actions" icon={<ChevronDown />} className="design-more" />
      </Menu>
      <IconButton label="New design" icon={<Plus />} onClick={newDesign} />
    </nav>
  );
}

function NameField({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const document = useDocument();
  const [typed, setTyped] = useState(name);
  const wrong = canRenameDesign(document, name, typed);
  const commit = () => {
    if (wrong) complain(wrong);
    else if (typed !== name) renameDesign(name, typed);
    onDone();
  };
  return (
    <input
      className="field design-name"
      aria-label="Name of the design"
      aria-invalid={wrong !== undefined || undefined}
      // biome-ignore lint/a11y/noAutofocus: the field appears because the user asked to type into it.
      autoFocus
      value={typed}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") onDone();
      }}
    />
  );
}
