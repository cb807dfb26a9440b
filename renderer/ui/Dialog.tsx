import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { IconButton } from "./Button.tsx";
import "./dialog.css";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the lower edge, the main one last. */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
  /** No title bar: the content names itself. */
  readonly bare?: boolean;
}

/** A modal dialog on the browser's own `<dialog>`: it traps focus, closes on Escape and gives the focus back. */
export function Dialog({ title, onClose, children, actions, wide, bare }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
    // The first thing to focus would be the close button, and its tooltip would take the first Escape.
    if (document.activeElement?.closest("header")) dialog?.focus();
    return () => dialog?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes the dialog by itself; the click is for the backdrop.
    <dialog
      ref={element}
      className="dialog"
      tabIndex={-1}
      data-wide={wide || undefined}
      data-bare={bare || undefined}
      aria-labelledby={bare ? undefined : titleId}
      aria-label={bare ? title : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <div className="dialog-content">
        {!bare && (
          <header>
            <h2 id={titleId}>{title}</h2>
            <IconButton label="Close" icon={<X />} onClick={onClose} />
          </header>
        )}
        {bare ? children : <div className="dialog-body">{children}</div>}
        {actions && <footer>{actions}</footer>}
      </div>
    </dialog>
  );
}
