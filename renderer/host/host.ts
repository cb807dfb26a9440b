import type {
  Answer,
  Command,
  Export,
  Exported,
  Failed,
  FileHandle,
  MenuCommand,
  ModelFiles,
  NamedBytes,
  Opened,
  OpenedData,
  OpenedDocument,
  OperatingSystem,
  RecalledData,
  RecentFile,
  Save,
  Saved,
} from "../../shared/protocol/desktop.ts";

export type {
  Answer,
  Command,
  Export,
  Exported,
  Failed,
  FileHandle,
  MenuCommand,
  ModelFiles,
  NamedBytes,
  Opened,
  OpenedData,
  OpenedDocument,
  OperatingSystem,
  RecalledData,
  RecentFile,
  Save,
  Saved,
};

/** Takes the listener away again. */
export type Unlisten = () => void;

/**
 * Everything the window asks of the world outside it. No method throws for the world's sake: a full disk or
 * a closed dialog is a reply. The window never learns a path; it keeps tokens and shows names.
 */
export interface Host {
  readonly edition: "desktop" | "browser" | "memory";
  readonly os: OperatingSystem;
  /** Of the whole machine; a browser tells only a rough figure, so there it is unknown. */
  readonly memoryBytes: number | undefined;

  /**
   * Lets the user choose a `.receptive` file, or the files of a model. A document's text is UTF-8 decoded but not yet
   * checked; of a model nothing is. Where paths are known, a model.json brings the weights beside it.
   */
  openDocument(): Promise<Opened>;
  /** A file from `listRecent` or from the command `openFile`. */
  openRecent(token: string): Promise<OpenedDocument>;
  /** A document dropped on the window. */
  openDropped(file: File): Promise<OpenedDocument>;

  /** Saves where `token` says; without a token, asks as `saveDocumentAs` does. */
  saveDocument(save: Save): Promise<Saved>;
  /** Always asks for a name and place. */
  saveDocumentAs(save: Save): Promise<Saved>;

  /** Latest first, at most ten; opening and saving add to it. */
  listRecent(): Promise<readonly RecentFile[]>;
  forgetRecent(token: string): Promise<void>;

  /**
   * One file: a save dialog. Several: the user chooses a folder and they go into a new one inside it, named
   * `suggestedName`; where that exists already, the user is asked before anything in it is replaced.
   */
  exportFiles(files: Export): Promise<Exported>;

  /** A folder of IDX files (`train-*`, `t10k-*`) or with one CSV table; other files in it are neither read nor returned. */
  openDataFolder(): Promise<OpenedData>;
  /** A CSV table: one file, not yet checked. */
  openDataTable(): Promise<OpenedData>;
  /** A table or folder dropped on the window, which may also hold a model; must be called while the drop lasts. */
  openDroppedData(item: DataTransferItem): Promise<OpenedData | ModelFiles>;
  /** Data that were opened before, by the name a document gives them; never shows a dialog. */
  recallData(name: string): Promise<RecalledData>;

  /** "Save changes to NAME?" before new, open or close. */
  askBeforeLosing(name: string): Promise<Answer>;
  /** Keeps the window's title and its close question up to date. */
  setDirty(dirty: boolean, name: string): void;
  /** Asked when the window is about to close with unsaved work; the window closes if the listener says true. */
  onCloseRequested(listener: () => Promise<boolean>): Unlisten;
  /**
   * Menu commands and files opened by the operating system. Keys reach the page first: what the page handles
   * with `preventDefault` does not come again from the menu.
   */
  onCommand(listener: (command: Command) => void): Unlisten;

  /** Progress of a training run between 0 and 1 on the taskbar or dock; undefined takes it away. */
  setProgress(fraction: number | undefined): void;
  /** Opens an https address in the user's browser; anything else is ignored. */
  openLink(url: string): void;
}
