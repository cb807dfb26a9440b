import { Dialog } from "../ui/Dialog.tsx";
import { Keys } from "../ui/Keys.tsx";
import { bySection } from "./CommandPalette.tsx";
import { type AppCommand, allCommands } from "./commands.ts";
import "./shortcuts.css";
import { closeDialog } from "./windows.ts";

/** What the pointer and the browser do has no command, but belongs to the list. */
const gestures: readonly (readonly [title: string, keys: string])[] = [
  ["Cut, copy, paste", "Mod+X / C / V"],
  ["Next layer", "Tab"],
  ["To the settings of the layer", "Enter"],
  ["Back to the layer", "Escape"],
  ["Select several", "Shift"],
  ["Zoom", "Mod+wheel"],
];

export function Shortcuts() {
  const listed = allCommands().filter((it) => it.keys?.length);
  return (
    <Dialog title="Keyboard shortcuts" wide onClose={closeDialog}>
      <div className="shortcuts">
        {bySection(listed).map(([section, commands]) => (
          <section key={section}>
            <h3>{section}</h3>
            <dl>
              {commands.map((it) => (
                <Line key={it.id} command={it} />
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>On the canvas</h3>
          <dl>
            {gestures.map(([title, keys]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>
                  <Keys keys={keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}

const Line = ({ command: { title, keys = [] } }: { readonly command: AppCommand }) => (
  <div>
    <dt>{title}</dt>
    <dd>{keys[0] && <Keys keys={keys[0]} />}</dd>
  </div>
);
