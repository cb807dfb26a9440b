import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** What the window remembers on this computer, apart from documents. */
export interface Preferences {
  readonly theme: "system" | "light" | "dark";
  readonly minimap: boolean;
  readonly palette: boolean;
  readonly inspector: boolean;
  readonly dock: boolean;
  /** The inspector shows every figure of a layer, not only the first ones. */
  readonly allFigures: boolean;
  /** The comparison lists the layers of the design on the canvas. */
  readonly layerTable: boolean;
  /** Advice on designs that work is given. */
  readonly advice: boolean;
  /** Kinds of advice that are not, by their codes. */
  readonly unwantedAdvice: readonly string[];
}

const flags = ["minimap", "palette", "inspector", "dock", "allFigures", "layerTable", "advice"] as const;
type Flag = (typeof flags)[number];

const standard: Preferences = {
  theme: "system",
  minimap: false,
  palette: true,
  inspector: true,
  dock: true,
  allFigures: false,
  layerTable: false,
  advice: true,
  unwantedAdvice: [],
};
const place = "receptive.preferences";

export const preferences = createStore<Preferences>(() => ({ ...standard, ...remembered() }));
export const usePreference = <K extends keyof Preferences>(name: K): Preferences[K] =>
  useStore(preferences, (state) => state[name]);

export function prefer(change: Partial<Preferences>): void {
  preferences.setState(change);
  try {
    localStorage.setItem(place, JSON.stringify(preferences.getState()));
  } catch {
    // A private window keeps nothing; the choice still holds until it closes.
  }
}

export const toggle = (name: Flag): void => prefer({ [name]: !preferences.getState()[name] });

function remembered(): Partial<Preferences> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "{}");
    return typeof kept === "object" && kept !== null ? known(kept) : {};
  } catch {
    return {};
  }
}

function known(kept: object): Partial<Preferences> {
  const chosen = flags.flatMap((name) => {
    const value: unknown = Reflect.get(kept, name);
    return typeof value === "boolean" ? [[name, value] as const] : [];
  });
  const theme = (["system", "light", "dark"] as const).find((it) => it === Reflect.get(kept, "theme"));
  const unwanted: unknown = Reflect.get(kept, "unwantedAdvice");
  return {
    ...Object.fromEntries(chosen),
    ...(theme ? { theme } : {}),
    ...(Array.isArray(unwanted) ? { unwantedAdvice: unwanted.filter((it) => typeof it === "string") } : {}),
  };
}
