import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactElement } from "react";
import { Keys } from "./Keys.tsx";
import "./menu.css";

export interface MenuItem {
  readonly label: string;
  readonly keys?: string | undefined;
  readonly blocked?: string | undefined;
  readonly checked?: boolean;
  /** A second, quieter line. */
  readonly detail?: string | undefined;
  readonly onSelect: () => void;
}
export interface MenuGroup {
  readonly label?: string;
  readonly items: readonly MenuItem[];
}

interface MenuProps {
  readonly groups: readonly MenuGroup[];
  readonly align?: "start" | "end";
  readonly side?: "top" | "bottom";
  /** The button that opens the menu. */
  readonly children: ReactElement;
}

// Not modal: Radix' scroll lock puts a <style> into the page, which the content security policy forbids.
export const Menu = ({ groups, align = "start", side = "bottom", children }: MenuProps) => (
  <DropdownMenu.Root modal={false}>
    <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
    <DropdownMenu.Portal>
      <DropdownMenu.Content className="menu" align={align} side={side} sideOffset={4} collisionPadding={8}>
        {groups
          .filter((it) => it.items.length)
          .map((group, index) => (
            <DropdownMenu.Group key={group.label ?? index}>
              {index > 0 && <DropdownMenu.Separator className="menu-line" />}
              {group.label && <DropdownMenu.Label className="menu-label">{group.label}</DropdownMenu.Label>}
              {group.items.map((item) => (
                <Item key={item.label + (item.detail ?? "")} item={item} />
              ))}
            </DropdownMenu.Group>
          ))}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  </DropdownMenu.Root>
);

function Item({ item }: { readonly item: MenuItem }) {
  const words = (
    <>
      <span className="menu-check">{item.checked && <Check />}</span>
      <span className="menu-words">
        {item.label}
        {(item.blocked ?? item.detail) && <small>{item.blocked ?? item.detail}</small>}
      </span>
      {item.keys !== undefined && <Keys keys={item.keys} />}
    </>
  );
  const props = { className: "menu-item", disabled: item.blocked !== undefined, onSelect: item.onSelect };
  return item.checked === undefined ? (
    <DropdownMenu.Item {...props}>{words}</DropdownMenu.Item>
  ) : (
    <DropdownMenu.CheckboxItem {...props} checked={item.checked}>
      {words}
    </DropdownMenu.CheckboxItem>
  );
}
