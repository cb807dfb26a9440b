import { refuseAdvice, useAdvice, useUnwanted, wantAllAdvice } from "../../state/advice.ts";
import { usePlan } from "../../state/plans.ts";
import { prefer, usePreference } from "../../state/preferences.ts";
import { selectNodes, selectProblem, useDesign } from "../../state/workspace.ts";
import { AdviceList } from "./AdviceList.tsx";
import { Problems } from "./Problems.tsx";

export function ProblemsPanel() {
  const design = useDesign();
  const plan = usePlan();
  const advice = useAdvice();
  const unwanted = useUnwanted();
  const on = usePreference("advice");
  return (
    <div className="problems-view">
      <Problems graph={design} plan={plan} onShow={selectProblem} />
      {design.nodes.length > 0 && (
        <AdviceList
          advice={plan.ready ? advice : []}
          on={on}
          unwanted={unwanted}
          onShow={(node) => selectNodes([node])}
          onSwitch={(wanted) => prefer({ advice: wanted })}
          onRefuse={refuseAdvice}
          onWantAll={wantAllAdvice}
        />
      )}
    </div>
  );
}
