/** macOS writes its modifier keys as signs. */
export const isMac = /mac/i.test(globalThis.navigator?.userAgent ?? "");

const signs: Readonly<Record<string, string>> = {
  ...(isMac ? { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↩", Delete: "⌫" } : { Mod: "Ctrl", Delete: "Del" }),
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

/** `Mod`, `Shift` and `Z`; the last part may be a plus sign. */
export const partsOf = (keys: string): readonly string[] => keys.split(/\+(?=.)/);

/** A shortcut such as `Mod+Shift+Z` as key caps. */
export const Keys = ({ keys }: { readonly keys: string }) => (
  <span className="keys">
    {partsOf(keys).map((key) => (
      <kbd key={key}>{signs[key] ?? key}</kbd>
    ))}
  </span>
);
