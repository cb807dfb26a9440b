import { choiceOf } from "../../../shared/protocol/desktop.ts";
import type { DataChoice } from "../../../shared/train/dataset.ts";
import type { Host } from "../../host/host.ts";
import { complain } from "../../state/notices.ts";
import { loadData, watch } from "../../state/orders.ts";
import { activeRun, useSession } from "../../state/session.ts";
import { editDocument, useDocument, useFocus } from "../../state/workspace.ts";
import { ImagesView } from "./ImagesView.tsx";

export function DataPanel({ host }: { readonly host: Pick<Host, "openDataFolder"> }) {
  const { data, recipe } = useDocument();
  const focus = useFocus();
  const stand = useSession((state) => state.data);
  const watched = useSession((state) => state.watched);
  const isTraining = useSession((state) => activeRun(state) !== undefined);
  return (
    <ImagesView
      choice={data}
      stand={stand}
      validation={recipe.validation}
      watched={watched}
      blocked={isTraining ? "A run uses these images. Stop it to change them." : undefined}
      onChoose={choose}
      onOpenFolder={() => void openFolder(host)}
      onWatch={(image) => watch(image, focus)}
    />
  );
}

const choose = (data: DataChoice): void => {
  editDocument((document) => ({ ...document, data }));
  loadData(data);
};

async function openFolder(host: Pick<Host, "openDataFolder">): Promise<void> {
  const opened = await host.openDataFolder();
  if (opened.type === "failed") complain(opened.message);
  if (opened.type !== "opened") return;
  const data = choiceOf(opened.name, opened.files);
  editDocument((document) => ({ ...document, data }));
  loadData(data, opened.files);
}
