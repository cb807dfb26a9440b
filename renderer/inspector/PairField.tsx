import { Link2, Link2Off } from "lucide-react";
import { useState } from "react";
import { pairOf } from "../../shared/nodes/settings.ts";
import { IconButton } from "../ui/Button.tsx";
import { NumberField } from "../ui/NumberField.tsx";
import type { FieldProps } from "./field-props.ts";

/** Height × width. While linked, both change together. */
export function PairField({ label, value, onCommit, ...rest }: FieldProps<number | readonly number[]>) {
  const [height, width] = pairOf(value);
  const [linked, setLinked] = useState(height === width);
  const commit = (nextHeight: number, nextWidth: number) =>
    onCommit(nextHeight === nextWidth ? nextHeight : [nextHeight, nextWidth]);
  return (
    <div className="pair-field">
      <NumberField
        {...rest}
        label={linked ? label : `${label} height`}
        value={height}
        onCommit={(typed) => commit(typed, linked ? typed : width)}
      />
      <span aria-hidden="true">×</span>
      <NumberField
        {...rest}
        label={`${label} width`}
        value={width}
        onCommit={(typed) => commit(linked ? typed : height, typed)}
      />
      <IconButton
        label={
          linked
            ? `Set height and width of ${label.toLowerCase()} apart`
            : `Keep ${label.toLowerCase()} square`
        }
        icon={linked ? <Link2 /> : <Link2Off />}
        aria-pressed={linked}
        onClick={() => {
          if (!linked && height !== width) commit(height, height);
          setLinked(!linked);
        }}
      />
    </div>
  );
}
