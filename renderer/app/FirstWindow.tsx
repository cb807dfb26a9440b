import { useEffect, useState } from "react";
import { templates } from "../../shared/graph/templates.ts";
import { knownDataShape } from "../../shared/train/dataset.ts";
import type { RecentFile } from "../host/host.ts";
import { planOf } from "../state/plans.ts";
import { useWorkspace } from "../state/workspace.ts";
import { Gallery } from "../views/gallery/Gallery.tsx";
import { openDropped, openFile, openRecentFile, openTemplate } from "./files.ts";
import { theHost } from "./host.ts";
import { showWorkbench, useWindows } from "./windows.ts";

const cards = templates.map(({ file, title, description, document }) => ({
  id: file,
  title,
  description,
  designs: document.designs.map((it) => ({
    name: it.name,
    plan: planOf(it, { data: knownDataShape(document.data) }),
  })),
}));

export function FirstWindow() {
  const [recent, setRecent] = useState<readonly RecentFile[]>([]);
  const trouble = useWindows((state) => state.trouble);
  const hasDesign = useWorkspace(({ history, file }) => file.token !== undefined || history.past.length > 0);
  const list = () => void theHost().listRecent().then(setRecent);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a file that could not be opened may be gone from the list.
  useEffect(list, [trouble]);
  return (
    <Gallery
      cards={cards}
      recent={recent}
      now={Date.now()}
      trouble={trouble}
      onTemplate={openTemplate}
      onOpen={openFile}
      onRecent={openRecentFile}
      onForget={(token) => void theHost().forgetRecent(token).then(list)}
      onDrop={openDropped}
      onClose={hasDesign ? showWorkbench : undefined}
    />
  );
}
