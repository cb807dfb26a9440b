import type { IpcMain, WebContents } from "electron";
import { z } from "zod";
import type { Desktop, DesktopNews, OpenedDocument } from "../shared/protocol/desktop.ts";

/** The preload script also asks these; the page cannot. */
export interface Inner extends Desktop {
  openDroppedPath(path: string): OpenedDocument;
  openDroppedText(name: string, bytes: Uint8Array): OpenedDocument;
}

export type Answers = {
  readonly [K in keyof Inner]: (
    ...asked: Parameters<Inner[K]>
  ) => ReturnType<Inner[K]> | Promise<ReturnType<Inner[K]>>;
};

/** Answers the window's questions. The one file that touches `ipcMain`. */
export function answer(ipc: IpcMain, isOurs: (url: string) => boolean, answers: Answers): void {
  for (const [name, schema] of Object.entries(questions)) {
    ipc.handle(name, (event, ...asked: unknown[]) => {
      const frame = event.senderFrame;
      if (frame === null || frame.parent !== null || !isOurs(frame.url))
        throw new Error(`${name}: unknown sender`);
      const read = schema.safeParse(asked);
      if (!read.success) throw new Error(`${name}: ${z.prettifyError(read.error)}`);
      // The schema of a question is checked against its type below; the loop over all of them loses the pair.
      const reply = answers[name as keyof Inner] as (...asked: readonly unknown[]) => unknown;
      return reply(...read.data);
    });
  }
}

export function tell(window: WebContents, news: DesktopNews): void {
  if (!window.isDestroyed()) window.send(newsChannel, news);
}

export const newsChannel = "news";

const token = z.string().max(100);
const name = z.string().min(1).max(300);
const bytes = z.instanceof(Uint8Array<ArrayBuffer>);
const save = z.strictObject({ token: token.optional(), suggestedName: name, text: z.string() });

/** The arguments of every question; a question without its line here is a type error. */
const questions = {
  openDocument: z.tuple([]),
  openRecent: z.tuple([token]),
  openDroppedPath: z.tuple([z.string().min(1)]),
  openDroppedText: z.tuple([name, bytes]),
  saveDocument: z.tuple([save]),
  saveDocumentAs: z.tuple([save]),
  listRecent: z.tuple([]),
  forgetRecent: z.tuple([token]),
  exportFiles: z.tuple([
    z.strictObject({ suggestedName: name, files: z.array(z.strictObject({ name, bytes })).min(1).max(1000) }),
  ]),
  openDataFolder: z.tuple([]),
  openDataTable: z.tuple([]),
  recallData: z.tuple([name]),
  askBeforeLosing: z.tuple([name]),
  setDirty: z.tuple([z.boolean(), name]),
  answerClose: z.tuple([z.boolean()]),
  setProgress: z.tuple([z.number().min(0).max(1).nullable()]),
  openLink: z.tuple([z.url({ protocol: /^https$/ })]),
  ready: z.tuple([]),
} satisfies { readonly [K in keyof Inner]: z.ZodType<Parameters<Inner[K]>> };
