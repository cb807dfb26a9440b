import type { DataChoice } from "../../../shared/train/dataset.ts";
import type { Host, OpenedData } from "../../host/host.ts";
import { complain } from "../../state/notices.ts";
import { loadData, watch } from "../../state/orders.ts";
import { activeRun, useSession } from "../../state/session.ts";
import { takeData } from "../../state/take-data.ts";
import { editDocument, useDocument, useFocus } from "../../state/workspace.ts";
import { useTheme } from "../../ui/use-theme.ts";
import { DatasetView } from "./DatasetView.tsx";

type DataHost = Pick<Host, "openDataFolder" | "openDataTable">;

export function DataPanel({ host }: { readonly host: DataHost }) {
  const { data, recipe } = useDocument();
  const focus = useFocus();
  const stand = useSession((state) => state.data);
  const watched = useSession((state) => state.watched);
  const surface = useSession((state) => state.surface);
  const isTraining = useSession((state) => activeRun(state) !== undefined);
  return (
    <DatasetView
      choice={data}
      stand={stand}
      validation={recipe.validation}
      watched={watched}
      surface={surface}
      theme={useTheme()}
      blocked={isTraining ? "A run uses these data. Stop it to change them." : undefined}
      onChoose={choose}
      onOpenFolder={() => void open(host.openDataFolder())}
      onOpenTable={() => void open(host.openDataTable())}
      onWatch={(example) => watch(example, focus)}
    />
  );
}

const choose = (data: DataChoice): void => {
  editDocument((document) => ({ ...document, data }));
  loadData(data);
};

async function open(asked: Promise<OpenedData>): Promise<void> {
  const opened = await asked;
  if (opened.type === "failed") complain(opened.message);
  if (opened.type === "opened") takeData(opened.name, opened.files);
}
