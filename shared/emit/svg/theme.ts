import type { Family } from "../../nodes/kind.ts";

/** Colours a picture may come in, in the order in which they are offered. */
export const themeNames = ["light", "dark", "greyscale"] as const;
export type Theme = (typeof themeNames)[number];

export interface Colours {
  readonly ground: string;
  readonly surface: string;
  readonly line: string;
  readonly wire: string;
  readonly ink: string;
  readonly soft: string;
  readonly faint: string;
  readonly families: Readonly<Record<Family, string>>;
}

/**
 * The window's own colours; light stands on white paper, dark on the window's ground. Greyscale is for print: families
 * that often stand side by side are furthest apart.
 */
export const themes: Readonly<Record<Theme, Colours>> = {
  light: {
    ground: "#ffffff",
    surface: "#ffffff",
    line: "#c9cfd9",
    wire: "#8b94a3",
    ink: "#151922",
    soft: "#444c5b",
    faint: "#5f6776",
    families: {
      input: "#5d6778",
      convolve: "#2f6fd6",
      pool: "#0f8b8d",
      connect: "#7a4fd0",
      merge: "#b5721a",
      shape: "#b8487f",
      regularise: "#5d8a1f",
    },
  },
  dark: {
    ground: "#0e1014",
    surface: "#171a20",
    line: "#343b47",
    wire: "#6b7482",
    ink: "#e9ecf1",
    soft: "#b6bdca",
    faint: "#959eae",
    families: {
      input: "#8b95a6",
      convolve: "#6c9df2",
      pool: "#45b8b6",
      connect: "#a98af0",
      merge: "#dba257",
      shape: "#e085b2",
      regularise: "#95bd57",
    },
  },
  greyscale: {
    ground: "#ffffff",
    surface: "#ffffff",
    line: "#c4c4c4",
    wire: "#8a8a8a",
    ink: "#111111",
    soft: "#444444",
    faint: "#666666",
    families: {
      input: "#a6a6a6",
      convolve: "#2b2b2b",
      pool: "#8c8c8c",
      connect: "#5c5c5c",
      merge: "#444444",
      shape: "#9a9a9a",
      regularise: "#bdbdbd",
    },
  },
};
