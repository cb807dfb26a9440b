import { ContextMenu } from "radix-ui";
import { Fragment, type MouseEvent, type ReactNode, useState } from "react";
import { selectedNodes, selectNodes, workspace } from "../state/workspace.ts";
import { Keys } from "../ui/Keys.tsx";
import "../ui/menu.css";
import { allCommands, runCommand } from "./commands.ts";

/** What can be done with a card, and with the drawing, by the names of the commands; groups are set apart. */
const onCard = [["twins"], ["cut", "copy", "duplicate", "delete"]];
const onGround = [
  ["quickAdd", "paste", "selectAll"],
  ["tidy", "fit"],
  ["fullyConnectedTwin", "convolutionalTwin"],
];

/** The menu under the right mouse button and the menu key. */
export function CanvasMenu({ children }: { readonly children: ReactNode }) {
  const [groups, setGroups] = useState(onGround);
  const aim = ({ target }: MouseEvent) => {
    const element = target instanceof Element ? target : undefined;
    const id = element?.closest(".react-flow__node")?.getAttribute("data-id");
    if (id && !selectedNodes(workspace.getState()).includes(id)) selectNodes([id]);
    setGroups(id ? onCard : onGround);
  };
  // Not modal, as every menu here: Radix' scroll lock puts a <style> into the page, which its policy forbids.
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger className="canvas-aim" onContextMenu={aim}>
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="menu" collisionPadding={8}>
          <Items groups={groups} />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

/** Rendered only while the menu is open, so that the commands are those of that moment. */
function Items({ groups }: { readonly groups: readonly (readonly string[])[] }) {
  const commands = new Map(allCommands().map((it) => [it.id, it]));
  return groups.map((group, index) => (
    <Fragment key={group[0]}>
      {index > 0 && <ContextMenu.Separator className="menu-line" />}
      {group
        .flatMap((id) => commands.get(id) ?? [])
        .map(({ id, title, blocked, keys }) => (
          <ContextMenu.Item
            key={id}
            className="menu-item"
            disabled={blocked !== undefined}
            // The menu gives the focus back first, so that a command can move it.
            onSelect={() => requestAnimationFrame(() => runCommand(id))}
          >
            <span className="menu-words">
              {title}
              {blocked !== undefined && <small>{blocked}</small>}
            </span>
            {keys?.[0] !== undefined && <Keys keys={keys[0]} />}
          </ContextMenu.Item>
        ))}
    </Fragment>
  ));
}
