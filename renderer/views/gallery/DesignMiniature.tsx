import { useMemo } from "react";
import type { Plan } from "../../../shared/compile/plan.ts";
import { type Block, cellPitch, type Link, miniatureOf, sheetOffset } from "./miniature.ts";
import "../../ui/families.css";

interface DesignMiniatureProps {
  readonly plan: Plan;
  /** Networks drawn with this one: all get the same scale. */
  readonly beside: readonly Plan[];
  /** Size of the frame in pixels; larger networks shrink into it, small ones keep their size. */
  readonly width: number;
  readonly height: number;
}

/** The network as a drawing; the text next to it says what it is, so it is hidden from screen readers. */
export function DesignMiniature({ plan, beside, width, height }: DesignMiniatureProps) {
  const { blocks, links, ...size } = useMemo(() => miniatureOf(plan), [plan]);
  const widest = Math.max(width, size.width, ...beside.map((it) => miniatureOf(it).width));
  // The frame keeps its proportions, so that width alone decides the scale.
  const scale = Math.max(widest / width, size.height / height);
  const frame = { width: width * scale, height: height * scale };
  const box = [(size.width - frame.width) / 2, (size.height - frame.height) / 2, frame.width, frame.height];
  return (
    <svg
      className="gallery-miniature"
      viewBox={box.join(" ")}
      width={width}
      height={height}
      aria-hidden="true"
    >
      {blocks.map((it) => (
        <BlockDrawing key={it.id} block={it} />
      ))}
      {links.map((it, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a drawing is made as a whole; its links have no identity.
        <LinkDrawing key={index} link={it} />
      ))}
    </svg>
  );
}

function BlockDrawing({ block }: { readonly block: Block }) {
  const { family, form, x, y, width, height, count } = block;
  const numbers = Array.from({ length: form === "bar" ? 1 : count }, (_, index) => index);
  return (
    <g data-family={family}>
      {form === "stack" &&
        numbers
          .toReversed()
          .map((behind) => (
            <rect
              key={behind}
              className={behind ? "gallery-sheet" : "gallery-sheet gallery-front"}
              x={x - behind * sheetOffset}
              y={y - behind * sheetOffset}
              width={width}
              height={height}
              rx={Math.min(1.5, width / 6)}
            />
          ))}
      {form === "cells" &&
        numbers.map((cell) => (
          <rect
            key={cell}
            className="gallery-cell"
            x={x}
            y={y + cell * cellPitch}
            width={width}
            height={cellPitch - 1}
            rx={1}
          />
        ))}
      {form === "bar" && (
        <rect className="gallery-bar" x={x} y={y} width={width} height={height} rx={width / 2} />
      )}
    </g>
  );
}

function LinkDrawing({ link }: { readonly link: Link }) {
  if (link.form === "fan")
    return <polygon className="gallery-fan" points={link.corners.map(({ x, y }) => `${x},${y}`).join(" ")} />;
  if (link.form === "line") {
    const { from, over, to } = link;
    const way = over ? `Q${over.x} ${over.y} ` : "L";
    return <path className="gallery-link" d={`M${from.x} ${from.y} ${way}${to.x} ${to.y}`} />;
  }
  const { x, y, width, height, to } = link;
  const right = x + width;
  return (
    <g>
      <path className="gallery-beam" d={`M${right} ${y} L${to.x} ${to.y} L${right} ${y + height}`} />
      <rect className="gallery-window" x={x} y={y} width={width} height={height} />
      <circle className="gallery-target" cx={to.x} cy={to.y} r={1.4} />
    </g>
  );
}
