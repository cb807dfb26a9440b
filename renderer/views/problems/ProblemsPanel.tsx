import { usePlan } from "../../state/plans.ts";
import { selectProblem, useDesign } from "../../state/workspace.ts";
import { Problems } from "./Problems.tsx";

export const ProblemsPanel = () => <Problems graph={useDesign()} plan={usePlan()} onShow={selectProblem} />;
