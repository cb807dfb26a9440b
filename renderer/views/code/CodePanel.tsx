import { useMemo, useState } from "react";
import { counted } from "../../../shared/emit/figures.ts";
import { kerasPython } from "../../../shared/emit/keras-python.ts";
import { kerasR } from "../../../shared/emit/keras-r.ts";
import { usePlan } from "../../state/plans.ts";
import { useDesign, useDocument } from "../../state/workspace.ts";
import { Code } from "./Code.tsx";
import type { Language } from "./tokens.ts";

export function CodePanel() {
  const [language, setLanguage] = useState<Language>("python");
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
    const subject = { title: name, plan, recipe, data };
    return { text: language === "python" ? kerasPython(subject) : kerasR(subject) };
  }, [plan, name, recipe, data, language]);
  return (
    <Code
      language={language}
      onLanguage={setLanguage}
      program={program}
      onCopy={copyText}
      fileName={`${name}.${language === "python" ? "py" : "R"}`}
    />
  );
}

const copyText = (text: string): Promise<boolean> =>
  navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
