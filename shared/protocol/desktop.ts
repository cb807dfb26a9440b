/**
 * What crosses between the window and the main process: values only, all of them structured-cloneable.
 * Every question of `Desktop` gets exactly one reply; `DesktopNews` comes unasked.
 */

/** A file the window may read again or save to. The token means something only to the host that issued it. */
export interface FileHandle {
  readonly token: string;
  /** For display: the file's name without its folder. */
  readonly name: string;
}

/** A file in memory. Names are plain file names, or relative ones with `/` between folders. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type Cancelled = { readonly type: "cancelled" };

/** The world said no. `message` is one sentence for the user: which file, why, and what to do. */
export type Failed = { readonly type: "failed"; readonly message: string };

export type Opened =
  | { readonly type: "opened"; readonly file: FileHandle; readonly text: string }
  | Cancelled
  | Failed;

export type Saved = { readonly type: "saved"; readonly file: FileHandle } | Cancelled | Failed;

/** `where` names what was written, for "Saved lenet.py" and the like. */
export type Exported = { readonly type: "exported"; readonly where: string } | Cancelled | Failed;

export type OpenedFolder =
  | {
      readonly type: "opened";
      readonly token: string;
      readonly name: string;
      readonly files: readonly NamedBytes[];
    }
  | Cancelled
  | Failed;

/** As `OpenedFolder`, for a folder of an earlier session: it may be one this computer has never seen. */
export type RecalledFolder = Exclude<OpenedFolder, Cancelled> | { readonly type: "unknown" };

export interface RecentFile extends FileHandle {
  /** For display: enough of the folder to tell two files of one name apart; empty where unknown. */
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
}

export interface Save {
  /** Where the document came from. Without it, or when it is no longer known, the user is asked. */
  readonly token?: string | undefined;
  readonly suggestedName: string;
  readonly text: string;
}

export interface Export {
  /** One file: its name. Several: the folder they go into. */
  readonly suggestedName: string;
  readonly files: readonly NamedBytes[];
}

export type Answer = "save" | "discard" | "cancel";

/** What the menu can ask of the window. */
export const menuCommands = [
  "new",
  "open",
  "save",
  "saveAs",
  "export",
  "gallery",
  "undo",
  "redo",
  "duplicate",
  "delete",
  "quickAdd",
  "commandPalette",
  "tidy",
  "zoomIn",
  "zoomOut",
  "fit",
  "train",
  "pause",
  "stepBatch",
  "stepEpoch",
  "stop",
  "shortcuts",
] as const;
export type MenuCommand = (typeof menuCommands)[number];

export type Command =
  | { readonly type: "menu"; readonly command: MenuCommand }
  /** A file opened through the operating system: double click, command line, the menu's recent files. */
  | { readonly type: "openFile"; readonly file: FileHandle };

/** Every question the window may put to the main process; replies come as promises. */
export interface Desktop {
  openDocument(): Opened;
  openRecent(token: string): Opened;
  saveDocument(save: Save): Saved;
  saveDocumentAs(save: Save): Saved;
  listRecent(): readonly RecentFile[];
  forgetRecent(token: string): null;
  exportFiles(files: Export): Exported;
  openDataFolder(): OpenedFolder;
  recallDataFolder(name: string): RecalledFolder;
  askBeforeLosing(name: string): Answer;
  setDirty(dirty: boolean, name: string): null;
  /** The window's answer to the news `closeRequested`. */
  answerClose(mayClose: boolean): null;
  setProgress(fraction: number | null): null;
  openLink(url: string): null;
  /** Said once, when the window can take commands; files opened before that are delivered then. */
  ready(): null;
}
export type Asked<K extends keyof Desktop> = Parameters<Desktop[K]>;
export type Reply<K extends keyof Desktop> = ReturnType<Desktop[K]>;

export type DesktopNews =
  | { readonly type: "command"; readonly command: Command }
  | { readonly type: "closeRequested" };

/** What the preload script puts on the window as `desktop`; `Dropped` is the DOM's File. */
export type Bridge<Dropped> = {
  readonly [K in keyof Desktop]: (...asked: Asked<K>) => Promise<Reply<K>>;
} & {
  readonly os: OperatingSystem;
  openDropped(file: Dropped): Promise<Opened>;
  onNews(listener: (news: DesktopNews) => void): () => void;
};

export const operatingSystems = ["mac", "windows", "linux"] as const;
export type OperatingSystem = (typeof operatingSystems)[number];

/** Documents larger than this are refused before they are read. */
export const documentLimitBytes = 32 * 1024 * 1024;

/** All files of a data folder together; MNIST unpacked has 55 MB, CIFAR-10 185 MB. */
export const dataFolderLimitBytes = 512 * 1024 * 1024;

/** IDX files as MNIST and its successors name them: `train-images-idx3-ubyte.gz`, `emnist-letters-test-labels-idx1-ubyte`. */
export const isIdxName = (name: string): boolean =>
  /^([a-z0-9]+-)*(train|t10k|test)-(images|labels)[-.]idx[1-4]-ubyte(\.gz)?$/i.test(name);
