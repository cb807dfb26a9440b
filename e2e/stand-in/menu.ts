import { strict } from "./strict.ts";

interface MenuItemOptions {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly accelerator?: string;
  readonly type?: string;
  readonly submenu?: readonly MenuItemOptions[] | Menu;
  readonly click?: (item: MenuItem, window: unknown, event: object) => void;
}

let shown: Menu | null = null;

export class MenuItem {
  id: string;
  label: string;
  role: string | undefined;
  accelerator: string | undefined;
  type: string;
  enabled = true;
  visible = true;
  submenu: Menu | undefined;
  click: (event?: object) => void;

  constructor(options: MenuItemOptions) {
    this.id = options.id ?? "";
    this.label = options.label ?? options.role ?? "";
    this.role = options.role;
    this.accelerator = options.accelerator;
    const { submenu } = options;
    this.submenu =
      submenu === undefined || submenu instanceof Menu ? submenu : Menu.buildFromTemplate(submenu);
    this.type = options.type ?? (this.submenu ? "submenu" : "normal");
    this.click = (event) => {
      if (this.enabled) options.click?.(this, undefined, event ?? {});
    };
  }
}

/** Never shown: a journey clicks an item by its id. */
export class Menu {
  items: MenuItem[] = [];

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }

  static buildFromTemplate(template: readonly MenuItemOptions[]): Menu {
    const menu = new Menu();
    menu.items = template.map((it) => strict(new MenuItem(it), "MenuItem"));
    return strict(menu, "Menu");
  }
  static setApplicationMenu(menu: Menu | null): void {
    shown = menu;
  }
  static getApplicationMenu(): Menu | null {
    return shown;
  }
}
