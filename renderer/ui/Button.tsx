import type { ComponentProps, ReactNode } from "react";
import { Tooltip } from "./Tooltip.tsx";
import "./button.css";

interface ButtonProps extends Omit<ComponentProps<"button">, "title" | "disabled"> {
  readonly look?: "plain" | "primary" | "quiet" | "danger";
  readonly icon?: ReactNode;
  /** Why the button does nothing now. It stays reachable, so that everybody can learn the reason. */
  readonly blocked?: string | undefined;
  /** Shown on hover and focus, next to the shortcut. */
  readonly hint?: string | undefined;
  readonly keys?: string | undefined;
}

export function Button(props: ButtonProps) {
  const { look = "plain", icon, blocked, hint, keys, className, children, onClick, ...rest } = props;
  const button = (
    <button
      type="button"
      {...rest}
      className={`button ${className ?? ""}`}
      data-look={look}
      aria-disabled={blocked === undefined ? undefined : true}
      onClick={blocked === undefined ? onClick : undefined}
    >
      {icon}
      {children}
    </button>
  );
  const says = blocked ?? hint;
  return says === undefined && keys === undefined ? (
    button
  ) : (
    <Tooltip text={says ?? ""} keys={keys}>
      {button}
    </Tooltip>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "icon" | "children" | "hint"> {
  /** The accessible name, also the tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
}

/** A square button with a picture; its words are in the tooltip. */
export function IconButton({
  label,
  icon,
  blocked,
  keys,
  className,
  look = "quiet",
  ...rest
}: IconButtonProps) {
  const { onClick, ...others } = rest;
  return (
    <Tooltip text={blocked ? `${label}: ${blocked}` : label} keys={keys}>
      <button
        type="button"
        {...others}
        className={`button icon-button ${className ?? ""}`}
        data-look={look}
        aria-label={label}
        aria-disabled={blocked === undefined ? undefined : true}
        onClick={blocked === undefined ? onClick : undefined}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
