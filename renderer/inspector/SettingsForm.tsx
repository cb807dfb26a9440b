import { useId } from "react";
import { setValues } from "../../shared/graph/edits.ts";
import type { GraphNode } from "../../shared/graph/graph.ts";
import { kinds } from "../../shared/nodes/index.ts";
import { filled, type Setting, type Value, type Values } from "../../shared/nodes/settings.ts";
import { editDesign, endIntention } from "../state/workspace.ts";
import { Tooltip } from "../ui/Tooltip.tsx";
import { SettingControl } from "./SettingControl.tsx";
import { changesOf, settingsShown } from "./settings-shown.ts";

/** One row per setting of the kind that means something now, in its order. */
export function SettingsForm({ node }: { readonly node: GraphNode }) {
  const { settings } = kinds[node.kind];
  const values = filled(settings, node.values);
  return settingsShown(settings, values).map(([name, setting]) => (
    <SettingRow
      key={name}
      setting={setting}
      value={values[name] ?? setting.initial}
      values={values}
      onChange={(value) =>
        editDesign(
          (design) => setValues(design, node.id, changesOf(values, name, value)),
          `${node.id} ${name}`,
        )
      }
      onDone={endIntention}
    />
  ));
}

interface RowProps {
  readonly setting: Setting<Value>;
  readonly value: Value;
  readonly values?: Values;
  /** Why the last value typed was not taken. */
  readonly refused?: string | undefined;
  readonly onChange: (value: Value) => void;
  /** The next change is another intention. */
  readonly onDone: () => void;
}

export function SettingRow({ setting, value, values = {}, refused, onChange, onDone }: RowProps) {
  const id = useId();
  const wrong = setting.check(value) ?? refused;
  return (
    <div className="setting">
      <Tooltip text={setting.hint} side="left">
        <span className="setting-label">{setting.label}</span>
      </Tooltip>
      <div className="setting-control">
        <SettingControl
          {...{ setting, value, values, onChange, onDone }}
          invalid={wrong !== undefined}
          describedBy={id}
        />
      </div>
      <p id={id} className={wrong ? "setting-wrong" : "unseen"} role={wrong ? "alert" : undefined}>
        {wrong ? `${setting.label} ${wrong}.` : setting.hint}
      </p>
    </div>
  );
}
