import { useMemo, useState } from "react";
import { counted } from "../../../shared/emit/figures.ts";
import { formats } from "../../../shared/emit/index.ts";
import { usePlan } from "../../state/plans.ts";
import { useDesign, useDocument } from "../../state/workspace.ts";
import { Code } from "./Code.tsx";
import type { ProgramName } from "./programs.ts";

export function CodePanel() {
  const [chosen, setChosen] = useState<ProgramName>("keras-python");
  const plan = usePlan();
  const { name } = useDesign();
  const { recipe, data } = useDocument();
  const program = useMemo(() => {
    if (!plan.ready) {
      const count = plan.problems.filter((it) => it.severity === "error").length;
      return {
        missing: `There is no program yet: the design has ${counted(count, "problem")}. See the Problems tab.`,
      };
    }
    return { text: formats[chosen].emit({ title: name, plan, recipe, data }) };
  }, [plan, name, recipe, data, chosen]);
  return (
    <Code
      chosen={chosen}
      onChoose={setChosen}
      program={program}
      onCopy={copyText}
      fileName={`${name}.${formats[chosen].extension}`}
    />
  );
}

const copyText = (text: string): Promise<boolean> =>
  navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
