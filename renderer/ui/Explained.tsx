import { type ReactNode, useEffect, useId } from "react";
import { panelId } from "./ExplanationPanel.tsx";
import { close, type Explanation, forget, hold, leave, renew, rest, show, useIsShown } from "./explained.ts";
import "./explained.css";

interface ExplainedProps {
  /** Asked only when somebody wants to know. */
  readonly explain: () => Explanation | undefined;
  readonly children: ReactNode;
  readonly className?: string;
  /** Out of the way of Tab, where the same number is explained elsewhere. */
  readonly skipsTab?: boolean;
}

/** A number that says where it comes from: under the pointer, with the keyboard's focus, and held open by a click. */
export function Explained({ explain, children, className, skipsTab }: ExplainedProps) {
  const by = useId();
  const isShown = useIsShown(by);
  useEffect(() => {
    if (isShown) renew(by, explain());
  }, [isShown, by, explain]);
  useEffect(() => () => forget(by), [by]);
  return (
    <button
      type="button"
      className={className === undefined ? "explained" : `explained ${className}`}
      tabIndex={skipsTab ? -1 : undefined}
      aria-expanded={isShown}
      aria-describedby={isShown ? panelId : undefined}
      onPointerEnter={({ currentTarget: anchor }) => rest({ by, anchor }, explain)}
      onPointerLeave={leave}
      onFocus={({ currentTarget: anchor }) => {
        const explanation = anchor.matches(":focus-visible") ? explain() : undefined;
        if (explanation) show({ by, anchor, explanation, held: false });
      }}
      onBlur={() => forget(by)}
      onClick={({ currentTarget: anchor }) => hold({ by, anchor }, explain)}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isShown) return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      {children}
    </button>
  );
}
