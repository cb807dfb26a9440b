import { Menu as MenuIcon, PanelBottom, PanelLeft, PanelRight, Redo2, Search, Undo2 } from "lucide-react";
import { canRedo, canUndo } from "../../shared/graph/history.ts";
import { toggle, usePreference } from "../state/preferences.ts";
import { redoEdit, undoEdit, useIsDirty, useWorkspace } from "../state/workspace.ts";
import { IconButton } from "../ui/Button.tsx";
import { Menu } from "../ui/Menu.tsx";
import { DesignTabs } from "./DesignTabs.tsx";
import { useFileMenu } from "./file-menu.ts";
import { TrainControls } from "./TrainControls.tsx";
import { openDialog } from "./windows.ts";
import "./top-bar.css";

export function TopBar() {
  const { name } = useWorkspace((state) => state.file);
  const dirty = useIsDirty();
  const mayUndo = useWorkspace(({ history }) => canUndo(history));
  const mayRedo = useWorkspace(({ history }) => canRedo(history));
  const groups = useFileMenu();
  return (
    <header className="top-bar">
      <Menu groups={groups}>
        <IconButton label="Menu" icon={<MenuIcon />} />
      </Menu>
      <h1 className="file-name" title={dirty ? `${name}, not saved` : name}>
        <span>{name.replace(/\.receptive$/, "")}</span>
        {dirty && <i role="img" aria-label="not saved" />}
      </h1>
      <DesignTabs />
      <span className="top-gap" />
      <div className="top-group">
        <IconButton
          label="Undo"
          keys="Mod+Z"
          icon={<Undo2 />}
          blocked={mayUndo ? undefined : "nothing to undo"}
          onClick={undoEdit}
        />
        <IconButton
          label="Redo"
          keys="Mod+Shift+Z"
          icon={<Redo2 />}
          blocked={mayRedo ? undefined : "nothing to redo"}
          onClick={redoEdit}
        />
      </div>
      <TrainControls />
      <div className="top-group">
        <IconButton
          label="All commands"
          keys="Mod+K"
          icon={<Search />}
          onClick={() => openDialog("commands")}
        />
        <PanelSwitch name="palette" label="Layers" keys="Mod+B" icon={<PanelLeft />} />
        <PanelSwitch name="dock" label="Dock" keys="Mod+J" icon={<PanelBottom />} />
        <PanelSwitch name="inspector" label="Inspector" keys="Mod+I" icon={<PanelRight />} />
      </div>
    </header>
  );
}

interface PanelSwitchProps {
  readonly name: "palette" | "dock" | "inspector";
  readonly label: string;
  readonly keys: string;
  readonly icon: React.ReactNode;
}

function PanelSwitch({ name, label, keys, icon }: PanelSwitchProps) {
  const shown = usePreference(name);
  return (
    <IconButton
      label={`${shown ? "Hide" : "Show"} ${label.toLowerCase()}`}
      className="panel-switch"
      keys={keys}
      icon={icon}
      aria-pressed={shown}
      onClick={() => toggle(name)}
    />
  );
}
