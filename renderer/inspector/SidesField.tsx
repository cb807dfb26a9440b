import { Link2, Link2Off } from "lucide-react";
import { useState } from "react";
import { sidesOf } from "../../shared/nodes/settings.ts";
import { IconButton } from "../ui/Button.tsx";
import { NumberField } from "../ui/NumberField.tsx";
import type { FieldProps } from "./field-props.ts";

const names = ["top", "bottom", "left", "right"] as const;

/** One number for all four sides; apart, one for each. */
export function SidesField({ value, onCommit, ...rest }: FieldProps<number | readonly number[]>) {
  const sides = sidesOf(value);
  const isOne = sides.every((it) => it === sides[0]);
  const [apart, setApart] = useState(!isOne);
  const { label } = rest;
  const set = (index: number, typed: number) => onCommit(sides.with(index, typed));
  return (
    <div className="sides-field" data-apart={apart || !isOne || undefined}>
      {apart || !isOne ? (
        names.map((side, index) => (
          <div key={side}>
            <span aria-hidden="true">{side}</span>
            <NumberField
              {...rest}
              label={`${label} ${side}`}
              value={sides[index] ?? 0}
              onCommit={(typed) => set(index, typed)}
            />
          </div>
        ))
      ) : (
        <NumberField {...rest} value={sides[0]} onCommit={onCommit} />
      )}
      <IconButton
        label={apart ? "One number for all sides" : "A number for each side"}
        icon={apart ? <Link2Off /> : <Link2 />}
        aria-pressed={!apart}
        onClick={() => {
          if (apart && !isOne) onCommit(sides[0]);
          setApart(!apart);
        }}
      />
    </div>
  );
}
