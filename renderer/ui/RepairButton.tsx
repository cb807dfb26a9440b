import { useEffect, useId } from "react";
import type { Repair } from "../../shared/compile/plan.ts";
import { pointAt, pointAtNothing } from "../state/pointed.ts";
import { previewHere } from "../state/previews.ts";
import { applyRepair } from "../state/workspace.ts";
import { Button } from "./Button.tsx";
import { panelId } from "./ExplanationPanel.tsx";
import { forget, leave, rest, show, useIsShown } from "./explained.ts";
import { previewWords, touched } from "./preview-words.ts";

interface RepairButtonProps {
  readonly repair: Repair;
  readonly look?: "plain" | "quiet";
  readonly icon?: React.ReactNode;
}

/** Does a repair. Before that, under the pointer or with the focus, it says and shows what will change. */
export function RepairButton({ repair, look = "plain", icon }: RepairButtonProps) {
  const by = useId();
  const isShown = useIsShown(by);
  useEffect(() => () => forget(by), [by]);
  const explain = () => {
    const preview = previewHere(repair);
    pointAt(touched(preview));
    return previewWords(repair.title, preview);
  };
  return (
    <Button
      look={look}
      icon={icon}
      aria-describedby={isShown ? panelId : undefined}
      onPointerEnter={({ currentTarget: anchor }) => rest({ by, anchor }, explain)}
      onPointerLeave={() => {
        leave();
        pointAtNothing();
      }}
      onFocus={({ currentTarget: anchor }) => {
        if (anchor.matches(":focus-visible")) show({ by, anchor, explanation: explain(), held: false });
      }}
      onBlur={() => {
        forget(by);
        pointAtNothing();
      }}
      onClick={() => {
        forget(by);
        pointAtNothing();
        applyRepair(repair);
      }}
    >
      {repair.title}
    </Button>
  );
}
