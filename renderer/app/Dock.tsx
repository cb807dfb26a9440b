import { ChevronDown } from "lucide-react";
import { Tabs } from "radix-ui";
import { usePlan } from "../state/plans.ts";
import { prefer } from "../state/preferences.ts";
import { useSession } from "../state/session.ts";
import { useWorkspace } from "../state/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { CodePanel } from "../views/code/CodePanel.tsx";
import { ComparePanel } from "../views/compare/ComparePanel.tsx";
import { DataPanel } from "../views/data/DataPanel.tsx";
import { FeatureMapsPanel } from "../views/feature-maps/FeatureMapsPanel.tsx";
import { ProblemsPanel } from "../views/problems/ProblemsPanel.tsx";
import { TrainingPanel } from "../views/training/TrainingPanel.tsx";
import { dockTitles } from "./commands-view.ts";
import { duplicateDesignOnCanvas } from "./designs.ts";
import { theHost } from "./host.ts";
import { trainingBlocked, trainNow } from "./training.ts";
import { dockTabs, showDock, useWindows } from "./windows.ts";

const panels = {
  training: TrainingTab,
  maps: FeatureMapsPanel,
  data: () => <DataPanel host={theHost()} />,
  compare: () => <ComparePanel onDuplicate={duplicateDesignOnCanvas} />,
  code: CodePanel,
  problems: ProblemsPanel,
} as const;

/** What goes on below the drawing. */
export function Dock() {
  const shown = useWindows((state) => state.dock);
  const count = usePlan().problems.length;
  return (
    <Tabs.Root
      className="dock-tabs"
      value={shown}
      onValueChange={(value) => {
        const tab = dockTabs.find((it) => it === value);
        if (tab) showDock(tab);
      }}
    >
      <div className="dock-bar">
        <Tabs.List className="tab-list" aria-label="Dock">
          {dockTabs.map((tab) => (
            <Tabs.Trigger key={tab} className="tab" value={tab}>
              {dockTitles[tab]}
              {tab === "problems" && count > 0 && <span className="tab-count">{count}</span>}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <IconButton
          label="Hide the dock"
          keys="Mod+J"
          icon={<ChevronDown />}
          onClick={() => prefer({ dock: false })}
        />
      </div>
      {dockTabs.map((tab) => {
        const View = panels[tab];
        return (
          <Tabs.Content key={tab} className="dock-content" value={tab}>
            <View />
          </Tabs.Content>
        );
      })}
    </Tabs.Root>
  );
}

function TrainingTab() {
  const work = useWorkspace((state) => state);
  // A sentence, not the session: feature maps arrive many times a second.
  const blocked = useSession((state) => trainingBlocked(work, state));
  return <TrainingPanel blocked={blocked} onTrain={trainHere} />;
}

const trainHere = (): void => trainNow();
