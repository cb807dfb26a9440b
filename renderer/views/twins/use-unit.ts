import { useEffect, useState } from "react";
import type { Image } from "../../../shared/nodes/shape.ts";
import type { Unit } from "./paint-wiring.ts";

interface Place {
  readonly unit: Unit;
  readonly focus: Unit;
  readonly movedBy: "time" | "pointer" | "keys";
}

export interface MovingUnit extends Place {
  /** Whether it slides on by itself. */
  readonly playing: boolean;
  readonly play: (on: boolean) => void;
  readonly pointTo: (unit: Unit) => void;
  readonly leave: () => void;
  readonly step: (down: number, right: number) => void;
}

/** The unit that all three pictures show: slides along the rows, follows the pointer, walks with the arrow keys. */
export function useUnit([height, width]: Image): MovingUnit {
  const [playing, play] = useState(() => !matchMedia("(prefers-reduced-motion: reduce)").matches);
  const [touched, setTouched] = useState(false);
  const [place, setPlace] = useState<Place>(() => {
    const middle: Unit = [Math.floor(height * 0.4), Math.floor(width * 0.4)];
    return { unit: middle, focus: middle, movedBy: "time" };
  });
  const moves = playing && !touched && height * width > 1;
  useEffect(() => {
    if (!moves) return;
    // About four seconds for a row, as in the lectures where a kernel slides over an image.
    const pauseMs = Math.min(420, Math.max(110, 4000 / width));
    const timer = setInterval(
      () => setPlace(({ unit }) => movedTo(next(unit, height, width), "time")),
      pauseMs,
    );
    return () => clearInterval(timer);
  }, [moves, height, width]);
  const unit = clamped(place.unit, height, width);
  const focus = clamped(place.focus, height, width);
  return {
    ...place,
    unit,
    focus,
    playing,
    play,
    pointTo: (to) => {
      setTouched(true);
      if (to[0] !== unit[0] || to[1] !== unit[1]) setPlace({ unit: to, focus, movedBy: "pointer" });
    },
    leave: () => setTouched(false),
    step: (down, right) => {
      play(false);
      setPlace(movedTo(clamped([unit[0] + down, unit[1] + right], height, width), "keys"));
    },
  };
}

const movedTo = (unit: Unit, movedBy: Place["movedBy"]): Place => ({ unit, focus: unit, movedBy });

function next([row, column]: Unit, height: number, width: number): Unit {
  if (column + 1 < width) return [row, column + 1];
  return [row + 1 < height ? row + 1 : 0, 0];
}

const clamped = ([row, column]: Unit, height: number, width: number): Unit => [
  Math.min(Math.max(row, 0), height - 1),
  Math.min(Math.max(column, 0), width - 1),
];
