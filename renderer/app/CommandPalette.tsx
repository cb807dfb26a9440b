import { Dialog } from "../ui/Dialog.tsx";
import { Finder } from "../ui/Finder.tsx";
import { Keys } from "../ui/Keys.tsx";
import { type AppCommand, allCommands } from "./commands.ts";
import { closeDialog } from "./windows.ts";

/** Everything that can be done, found by typing. */
export function CommandPalette() {
  const commands = allCommands().filter((it) => !it.onlyKeys);
  const choose = (id: string) => {
    closeDialog();
    // The dialog gives the focus back first, so that a command can move it.
    requestAnimationFrame(() => commands.find((it) => it.id === id)?.run());
  };
  return (
    <Dialog title="All commands" bare onClose={closeDialog}>
      <Finder
        label="All commands"
        placeholder="What do you want to do?"
        nothing="No command is called that."
        groups={bySection(commands).map(([title, found]) => ({
          title,
          findings: found.map((it) => ({
            id: it.id,
            title: it.title,
            words: [it.section],
            blocked: it.blocked,
            trailing: it.keys?.[0] && <Keys keys={it.keys[0]} />,
          })),
        }))}
        onChoose={choose}
        onEscape={closeDialog}
      />
    </Dialog>
  );
}

export const bySection = (
  commands: readonly AppCommand[],
): readonly (readonly [section: string, commands: readonly AppCommand[]])[] =>
  [...new Set(commands.map((it) => it.section))].map((section) => [
    section,
    commands.filter((it) => it.section === section),
  ]);
