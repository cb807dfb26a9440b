import { useMemo } from "react";
import { type Advice, type AdviceCode, adviceOn, rules } from "../../shared/compile/advice/index.ts";
import type { Plan } from "../../shared/compile/plan.ts";
import type { Design } from "../../shared/graph/graph.ts";
import type { DataShape } from "../../shared/train/dataset.ts";
import { useDataShape, usePlan } from "./plans.ts";
import { prefer, preferences, usePreference } from "./preferences.ts";
import { useDesign } from "./workspace.ts";

const none: readonly Advice[] = [];
const known = new WeakMap<Plan, readonly Advice[]>();

function adviceFor(plan: Plan, design: Design, data: DataShape | undefined): readonly Advice[] {
  const before = known.get(plan);
  if (before) return before;
  const found = adviceOn(plan, design, { data });
  known.set(plan, found);
  return found;
}

/** All advice on the design on the canvas, that which is switched off too; none where all of it is off. */
export function useAllAdvice(): readonly Advice[] {
  const plan = usePlan();
  const design = useDesign();
  const data = useDataShape();
  return usePreference("advice") ? adviceFor(plan, design, data) : none;
}

const isWanted = ({ code }: Advice, unwanted: readonly string[]): boolean => !unwanted.includes(code);

/** The advice that is wanted. */
export function useAdvice(): readonly Advice[] {
  const unwanted = usePreference("unwantedAdvice");
  const all = useAllAdvice();
  return useMemo(() => all.filter((it) => isWanted(it, unwanted)), [all, unwanted]);
}

/** Never gives this kind of advice again, until `wantAllAdvice`. */
export const refuseAdvice = (code: AdviceCode): void =>
  prefer({ unwantedAdvice: [...new Set([...preferences.getState().unwantedAdvice, code])] });

export const wantAllAdvice = (): void => prefer({ advice: true, unwantedAdvice: [] });

/** The kinds of advice that are switched off, without those that this version does not know. */
export const useUnwanted = (): number => {
  const unwanted = usePreference("unwantedAdvice");
  return rules.filter(({ code }) => unwanted.includes(code)).length;
};
