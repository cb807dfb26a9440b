import { useId, useState } from "react";
import { renameNode } from "../../shared/graph/edits.ts";
import { canRename } from "../../shared/graph/ids.ts";
import { editDesign, selectNodes, useDesign } from "../state/workspace.ts";
import "../ui/field.css";

/** The layer's name in every export. */
export function IdField({ id }: { readonly id: string }) {
  const design = useDesign();
  const [typed, setTyped] = useState<string>();
  const messageId = useId();
  const wrong = typed === undefined ? undefined : canRename(design, id, typed);
  const commit = () => {
    if (typed !== undefined && typed !== id && !wrong) {
      editDesign((before) => renameNode(before, id, typed));
      selectNodes([typed]);
    }
    setTyped(undefined);
  };
  return (
    <div className="setting">
      <span className="setting-label">Name</span>
      <div className="setting-control">
        <input
          className="field id-field"
          aria-label="Name"
          aria-invalid={wrong !== undefined || undefined}
          aria-describedby={wrong === undefined ? undefined : messageId}
          spellCheck={false}
          autoComplete="off"
          value={typed ?? id}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit();
            if (event.key === "Escape") setTyped(undefined);
          }}
        />
      </div>
      {wrong && (
        <p id={messageId} className="setting-wrong">
          {wrong}
        </p>
      )}
    </div>
  );
}
