import { pairOf, type Setting, type Value, type Values } from "../../shared/nodes/settings.ts";
import { NumberField } from "../ui/NumberField.tsx";
import { Select } from "../ui/Select.tsx";
import { Switch } from "../ui/Switch.tsx";
import { KernelField } from "./KernelField.tsx";
import { PairField } from "./PairField.tsx";
import { SidesField } from "./SidesField.tsx";
import { SizesField } from "./SizesField.tsx";

interface SettingControlProps {
  readonly setting: Setting<Value>;
  readonly value: Value;
  /** All settings of the layer: the size of a kernel is another one. */
  readonly values: Values;
  readonly onChange: (value: Value) => void;
  /** Called when an edit is over: steps with the arrow keys until then are one. */
  readonly onDone: () => void;
  readonly invalid: boolean;
  readonly describedBy: string;
}

/** The control that fits a setting's field; a value of another type, as a file may hold, shows the field's smallest. */
export function SettingControl({
  setting,
  value,
  values,
  onChange,
  onDone,
  invalid,
  describedBy,
}: SettingControlProps) {
  const { field, label } = setting;
  const shared = { label, invalid, describedBy };
  const choose = (chosen: Value) => {
    onChange(chosen);
    onDone();
  };
  switch (field.type) {
    case "whole":
    case "real":
      return (
        <NumberField
          {...shared}
          value={Number(value)}
          min={field.min}
          max={field.max}
          step={field.type === "real" ? field.step : 1}
          onCommit={onChange}
          onDone={onDone}
        />
      );
    case "pair":
      return (
        <PairField
          {...shared}
          value={typeof value === "number" || typeof value === "object" ? value : field.min}
          min={field.min}
          max={field.max}
          onCommit={onChange}
          onDone={onDone}
        />
      );
    case "choice": {
      const options = field.options.map((it) => ({ value: it, label: it }));
      const isKnown = field.options.some((it) => it === value);
      return (
        <Select {...shared} value={String(value)} options={options} onChange={choose}>
          {!isKnown && <option value={String(value)}>{String(value)}</option>}
        </Select>
      );
    }
    case "flag":
      return <Switch label={label} describedBy={describedBy} on={value === true} onChange={choose} />;
    case "sizes":
      return (
        <SizesField
          {...shared}
          lengths={field.lengths}
          value={typeof value === "object" ? value : []}
          min={field.min}
          max={field.max}
          onCommit={onChange}
          onDone={onDone}
        />
      );
    case "sides":
      return (
        <SidesField
          {...shared}
          value={typeof value === "number" || typeof value === "object" ? value : field.min}
          min={field.min}
          max={field.max}
          onCommit={onChange}
          onDone={onDone}
        />
      );
    case "kernel": {
      const { kernel } = values;
      return (
        <KernelField
          {...shared}
          words={field.presets}
          size={pairOf(typeof kernel === "number" || typeof kernel === "object" ? kernel : 1)}
          value={typeof value === "object" ? value : String(value)}
          onCommit={onChange}
          onDone={onDone}
        />
      );
    }
  }
}
