import { Popover } from "radix-ui";
import { close, leave, stay, useShown } from "./explained.ts";

export const panelId = "explanation";

/** Stands once in the window. Not modal and never focused: whoever reads it goes on from where they were. */
export function ExplanationPanel() {
  const shown = useShown();
  if (!shown) return null;
  const { title, value, note, lines, prose } = shown.explanation;
  return (
    // Another number is another panel, or it would be moved only when the window scrolls.
    <Popover.Root key={shown.by} open onOpenChange={(open) => open || close()}>
      <Popover.Anchor virtualRef={{ current: shown.anchor }} />
      <Popover.Portal>
        <Popover.Content
          id={panelId}
          className="explanation"
          role="tooltip"
          side="top"
          sideOffset={6}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onFocusOutside={(event) => event.preventDefault()}
          // A click on the number itself is for the number to answer.
          onPointerDownOutside={(event) => {
            if (event.target instanceof Node && shown.anchor.contains(event.target)) event.preventDefault();
          }}
          onPointerEnter={stay}
          onPointerLeave={leave}
        >
          <header>
            <span>{title}</span>
            {value && <strong>{value}</strong>}
          </header>
          {note && <p>{note}</p>}
          {lines.length > 0 && (
            <dl data-prose={prose}>
              {lines.map(({ name, formula, worked }, index) => (
                <div key={name + String(index)} data-named={name !== "" || undefined}>
                  {name && <dt>{name}</dt>}
                  <dd>
                    {formula && formula !== worked && <span>{formula}</span>}
                    <b>{worked}</b>
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
