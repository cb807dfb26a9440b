import { Tooltip as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "./Keys.tsx";
import "./tooltip.css";

/** Once around the app: hovering from one button to the next shows the next words at once. */
export const TooltipProvider = ({ children }: { readonly children: ReactNode }) => (
  <Radix.Provider delayDuration={450} skipDelayDuration={200} disableHoverableContent>
    {children}
  </Radix.Provider>
);

interface TooltipProps {
  readonly text: string;
  /** A shortcut such as `Mod+Z`. */
  readonly keys?: string | undefined;
  readonly side?: "top" | "bottom" | "left" | "right";
  readonly children: ReactElement;
}

export const Tooltip = ({ text, keys, side = "bottom", children }: TooltipProps) => (
  <Radix.Root>
    <Radix.Trigger asChild>{children}</Radix.Trigger>
    <Radix.Portal>
      <Radix.Content className="tooltip" side={side} sideOffset={6} collisionPadding={8}>
        {text}
        {keys !== undefined && <Keys keys={keys} />}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);
