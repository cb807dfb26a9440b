import { CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import { useEffect } from "react";
import { dismiss, type Notice, useNotices } from "../state/notices.ts";
import { Button, IconButton } from "./Button.tsx";
import "./notices.css";

const icons = { plain: Info, good: CircleCheck, trouble: TriangleAlert } as const;
const shownMs = 6000;

export const Notices = () => (
  <section className="notices" aria-label="Notices" aria-live="polite">
    {useNotices().map((it) => (
      <Shown key={it.id} notice={it} />
    ))}
  </section>
);

function Shown({ notice: { id, tone, text, action } }: { readonly notice: Notice }) {
  const Icon = icons[tone];
  useEffect(() => {
    if (tone === "trouble") return;
    const timer = setTimeout(() => dismiss(id), shownMs);
    return () => clearTimeout(timer);
  }, [id, tone]);
  return (
    <div className="notice" data-tone={tone} role={tone === "trouble" ? "alert" : "status"}>
      <Icon aria-hidden="true" />
      <p>{text}</p>
      {action && (
        <Button
          look="quiet"
          onClick={() => {
            dismiss(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Close notice" icon={<X />} onClick={() => dismiss(id)} />
    </div>
  );
}
