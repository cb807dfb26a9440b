import { FileText, FolderOpen, X } from "lucide-react";
import { type DragEvent, useState } from "react";
import type { Plan } from "../../../shared/compile/plan.ts";
import { counted, grouped } from "../../../shared/emit/figures.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { DesignMiniature } from "./DesignMiniature.tsx";
import "./gallery.css";

/** A template with what its designs mean, for their pictures. */
export interface GalleryCard {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly designs: readonly { readonly name: string; readonly plan: Plan }[];
}

export interface GalleryFile {
  readonly token: string;
  readonly name: string;
  /** Enough of the folder to tell two files of one name apart. */
  readonly where: string;
  readonly openedAt: number;
}

interface GalleryProps {
  readonly cards: readonly GalleryCard[];
  readonly recent: readonly GalleryFile[];
  /** Milliseconds since 1970, for "2 days ago". */
  readonly now: number;
  /** Why the last file could not be opened. */
  readonly trouble?: string | undefined;
  readonly onTemplate: (id: string) => void;
  readonly onOpen: () => void;
  readonly onRecent: (token: string) => void;
  readonly onForget: (token: string) => void;
  readonly onDrop: (dropped: DataTransfer) => void;
  /** Back to the design that is open already. */
  readonly onClose?: (() => void) | undefined;
}

/** The first window: one click opens a working design with its data. */
export function Gallery(props: GalleryProps) {
  const { cards, recent, now, trouble, onTemplate, onOpen, onRecent, onForget, onClose } = props;
  const { isOver, ...dropping } = useFileDrop(props.onDrop);
  return (
    <main className="gallery" data-over={isOver || undefined} {...dropping}>
      <div className="gallery-page">
        <header className="gallery-header">
          <div>
            <h1>Receptive</h1>
            <p>Draw a convolutional network, watch it learn, take it away.</p>
          </div>
          {onClose && <Button onClick={onClose}>Back to the design</Button>}
        </header>
        {trouble && (
          <p className="gallery-trouble" role="alert">
            {trouble}
          </p>
        )}
        <section className="gallery-templates" aria-labelledby="gallery-templates">
          <h2 id="gallery-templates">Start with a design</h2>
          <ul>
            {cards.map((it) => (
              <TemplateCard key={it.id} card={it} onPick={() => onTemplate(it.id)} />
            ))}
          </ul>
        </section>
        <section className="gallery-files" aria-labelledby="gallery-files">
          <h2 id="gallery-files">Recent files</h2>
          {recent.length > 0 ? (
            <ul>
              {recent.map((it) => (
                <RecentFile
                  key={it.token}
                  file={it}
                  now={now}
                  onOpen={() => onRecent(it.token)}
                  onForget={() => onForget(it.token)}
                />
              ))}
            </ul>
          ) : (
            <p className="gallery-none">Files you save or open are listed here.</p>
          )}
          <Button className="gallery-open" icon={<FolderOpen />} keys="Mod+O" onClick={onOpen}>
            Open a file…
          </Button>
          <p className="gallery-hint">
            or drop a design, a model of Keras, TensorFlow.js or ONNX, a table or a folder of images anywhere
            on this page
          </p>
        </section>
      </div>
    </main>
  );
}

function TemplateCard({ card, onPick }: { readonly card: GalleryCard; readonly onPick: () => void }) {
  const shown = card.designs.slice(0, frames.length);
  const plans = shown.map((it) => it.plan);
  return (
    <li>
      <button type="button" className="gallery-card" onClick={onPick}>
        <strong>{card.title}</strong>
        <span className="gallery-description">{card.description}</span>
        <span className="gallery-pictures" data-designs={shown.length}>
          {shown.map(({ name, plan }) => (
            <span key={name}>
              <DesignMiniature plan={plan} beside={plans} {...(frames[shown.length - 1] ?? frames[0])} />
              <span className="gallery-count">
                {shown.length > 1 && <b>{name}</b>}
                {plan.totals.parameters > 0 &&
                  // Side by side there is room for the number only.
                  (shown.length > 2
                    ? grouped(plan.totals.parameters)
                    : counted(plan.totals.parameters, "parameter"))}
              </span>
            </span>
          ))}
        </span>
      </button>
    </li>
  );
}

/** One design alone, two one below the other, three side by side. */
const frames = [
  { width: 320, height: 112 },
  { width: 320, height: 56 },
  { width: 104, height: 88 },
] as const;

interface RecentFileProps {
  readonly file: GalleryFile;
  readonly now: number;
  readonly onOpen: () => void;
  readonly onForget: () => void;
}

const RecentFile = ({ file, now, onOpen, onForget }: RecentFileProps) => (
  <li className="gallery-file">
    <button type="button" onClick={onOpen}>
      <FileText aria-hidden="true" />
      <span className="gallery-file-name">{file.name}</span>
      <span className="gallery-file-where">
        {[file.where, timeAgo(file.openedAt, now)].filter(Boolean).join(" · ")}
      </span>
    </button>
    <IconButton label={`Take ${file.name} off this list`} icon={<X />} onClick={onForget} />
  </li>
);

/** `5 min ago`, `yesterday`, `12 March`: as exact as people remember. */
export function timeAgo(then: number, now: number): string {
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  const days = Math.floor(minutes / (24 * 60));
  if (days < 2) return "yesterday";
  if (days < 7) return `${days} days ago`;
  return new Date(then).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

function useFileDrop(onDrop: (dropped: DataTransfer) => void) {
  const [isOver, setOver] = useState(false);
  const hasFile = (event: DragEvent): boolean => event.dataTransfer.types.includes("Files");
  return {
    isOver,
    onDragOver: (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      // Leaving a child for its neighbour is no leaving.
      if (event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)) return;
      setOver(false);
    },
    onDrop: (event: DragEvent) => {
      setOver(false);
      if (!hasFile(event)) return;
      event.preventDefault();
      onDrop(event.dataTransfer);
    },
  };
}
