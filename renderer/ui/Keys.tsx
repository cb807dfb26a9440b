/** macOS writes its modifier keys as signs. */
export const isMac = /mac/i.test(navigator.userAgent);

const signs: Readonly<Record<string, string>> = {
  ...(isMac ? { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↩", Delete: "⌫" } : { Mod: "Ctrl", Delete: "Del" }),
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

/** A shortcut such as `Mod+Shift+Z` as key caps. */
export const Keys = ({ keys }: { readonly keys: string }) => (
  <span className="keys">
    {keys.split("+").map((key) => (
      <kbd key={key}>{signs[key] ?? key}</kbd>
    ))}
  </span>
);
