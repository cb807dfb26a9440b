import "react";

declare module "react" {
  interface CSSProperties {
    /** How much the canvas is enlarged: what must stay readable divides by it. */
    "--zoom"?: number;
    /** Cells in a row of a kernel. */
    "--columns"?: number;
    /** Distance of the dots on the canvas, at actual size. */
    "--grid"?: string;
  }
}
