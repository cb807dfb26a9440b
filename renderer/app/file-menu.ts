import { useEffect, useState } from "react";
import type { RecentFile } from "../host/host.ts";
import { useWorkspace } from "../state/workspace.ts";
import type { MenuGroup, MenuItem } from "../ui/Menu.tsx";
import { type AppCommand, allCommands } from "./commands.ts";
import { openRecentFile } from "./files.ts";
import { theHost } from "./host.ts";

const shape = [
  ["new", "open"],
  ["save", "saveAs", "export"],
  ["gallery"],
  ["theme system", "theme light", "theme dark"],
  ["commandPalette", "shortcuts"],
] as const;

/** The menu button's items; its recent files are read again whenever the open file changes. */
export function useFileMenu(): readonly MenuGroup[] {
  const file = useWorkspace((state) => state.file);
  const [recent, setRecent] = useState<readonly RecentFile[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: opening and saving change the list.
  useEffect(() => {
    void theHost().listRecent().then(setRecent);
  }, [file]);
  const commands = new Map(allCommands().map((it) => [it.id, it]));
  const groups: readonly MenuGroup[] = shape.map((ids) => ({
    items: ids.flatMap((id) => {
      const command = commands.get(id);
      return command ? [itemOf(command)] : [];
    }),
  }));
  const others = recent.filter((it) => it.token !== file.token).slice(0, 5);
  const recentGroup: MenuGroup = {
    label: "Recent files",
    items: others.map(({ token, name, where }) => ({
      label: name,
      detail: where || undefined,
      onSelect: () => void openRecentFile(token),
    })),
  };
  return groups.toSpliced(2, 0, recentGroup);
}

const itemOf = ({ id, title, keys, blocked, run }: AppCommand): MenuItem => {
  const isTheme = id.startsWith("theme ");
  return {
    label: title,
    keys: keys?.[0],
    // The theme of now is marked, not forbidden.
    ...(isTheme ? { checked: blocked !== undefined } : { blocked }),
    onSelect: run,
  };
};
