import type { DataChoice } from "../train/dataset.ts";

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

/** A model's files as they lie there; nobody has looked into them yet. */
export interface ModelFiles {
  readonly type: "model";
  /** For display: the file's name, or the folder's. */
  readonly name: string;
  readonly files: readonly NamedBytes[];
}

export type OpenedDocument =
  | { readonly type: "opened"; readonly file: FileHandle; readonly text: string }
  | Cancelled
  | Failed;

/** What the open dialog gives: a document, or a model of another program. */
export type Opened = OpenedDocument | ModelFiles;

export type Saved = { readonly type: "saved"; readonly file: FileHandle } | Cancelled | Failed;

/** `where` names what was written, for "Saved lenet.py" and the like. */
export type Exported = { readonly type: "exported"; readonly where: string } | Cancelled | Failed;

export type OpenedData =
  | {
      readonly type: "opened";
      readonly token: string;
      /** What a document calls the data: the folder's name, or the table's. */
      readonly name: string;
      readonly files: readonly NamedBytes[];
    }
  | Cancelled
  | Failed;

/** As `OpenedData`, for data of an earlier session: this computer may never have seen it. */
export type RecalledData = Exclude<OpenedData, Cancelled> | { readonly type: "unknown" };

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
  openRecent(token: string): OpenedDocument;
  saveDocument(save: Save): Saved;
  saveDocumentAs(save: Save): Saved;
  listRecent(): readonly RecentFile[];
  forgetRecent(token: string): null;
  exportFiles(files: Export): Exported;
  openDataFolder(): OpenedData;
  openDataTable(): OpenedData;
  recallData(name: string): RecalledData;
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
  /** Of the whole machine. */
  readonly memoryBytes: number;
  openDropped(file: Dropped): Promise<OpenedDocument>;
  onNews(listener: (news: DesktopNews) => void): () => void;
};

export const operatingSystems = ["mac", "windows", "linux"] as const;
export type OperatingSystem = (typeof operatingSystems)[number];

/** Documents larger than this are refused before they are read. */
export const documentLimitBytes = 32 * 1024 * 1024;

/** All files of a model together: what one array in a browser's memory can hold. */
export const modelLimitBytes = 2 ** 31 - 1;

/** Why so many bytes of a model are not opened, in a sentence, or undefined where they are. */
export const tooLargeModel = (name: string, bytes: number): string | undefined =>
  bytes <= modelLimitBytes
    ? undefined
    : `Cannot open “${name}”: it has ${(bytes / 2 ** 30).toFixed(1)} GiB, and a model has at most 2 GiB.`;

/** Endings of models that can be imported; `bin` are the weights beside a model.json. */
export const modelEndings = ["json", "bin", "keras", "h5", "hdf5", "onnx", "safetensors"] as const;

/** Models that are refused with a remedy, which only whoever reads them knows. */
const foreignEndings = ["pt", "pth", "pkl", "pickle", "ckpt", "tflite", "pb", "npz", "gguf", "mlmodel"];

/** Whether a file is taken for a model, or a part of one, by its name; its content decides. */
export const isModelName = (name: string): boolean =>
  [...modelEndings, ...foreignEndings].some((it) => name.toLowerCase().endsWith(`.${it}`));

/**
 * Which files of a folder are a model: its model.json with everything that lies beside it in .bin files, else its one
 * file of a model. Undefined where there is none, or more than one.
 */
export function modelFilesIn(names: readonly string[]): readonly string[] | undefined {
  const own = names.filter((it) => !it.startsWith("."));
  if (own.includes("model.json"))
    return ["model.json", ...own.filter((it) => it.toLowerCase().endsWith(".bin")).toSorted()];
  const models = own.filter((it) => isModelName(it) && !/\.(bin|json)$/i.test(it));
  return models.length === 1 ? models : undefined;
}

/** All files of a data folder together; MNIST unpacked has 55 MB, CIFAR-10 185 MB. */
const dataLimitBytes = 512 * 1024 * 1024;

/** Why so many bytes of data are not opened, in a sentence, or undefined where they are. */
export const tooMuchData = (name: string, bytes: number): string | undefined =>
  bytes <= dataLimitBytes
    ? undefined
    : `The data in “${name}” have ${Math.round(bytes / 2 ** 20)} MiB, and at most ${dataLimitBytes / 2 ** 20} MiB can be opened. Use fewer examples.`;

/** IDX files as MNIST and its successors name them: `train-images-idx3-ubyte.gz`, `emnist-letters-test-labels-idx1-ubyte`. */
export const isIdxName = (name: string): boolean =>
  /^([a-z0-9]+-)*(train|t10k|test)-(images|labels)[-.]idx[1-4]-ubyte(\.gz)?$/i.test(name);

/** Endings of a file that a folder may offer as its table. */
export const tableEndings = ["csv", "tsv"] as const;
const isTableName = (name: string): boolean =>
  !name.startsWith(".") && tableEndings.some((it) => name.toLowerCase().endsWith(`.${it}`));

/** Which files of a folder are its data: all IDX files, else its one table. Refuses a folder with neither. */
export function dataFilesIn(
  folderName: string,
  names: readonly string[],
): { readonly names: readonly string[] } | { readonly failed: string } {
  const images = names.filter(isIdxName);
  if (images.length) return { names: images.toSorted() };
  const tables = names.filter(isTableName);
  if (tables.length === 1) return { names: tables };
  if (tables.length)
    return {
      failed: `The folder “${folderName}” holds ${tables.length} tables. Choose one of them: ${tables.toSorted().slice(0, 3).join(", ")}${tables.length > 3 ? ", …" : ""}.`,
    };
  return {
    failed:
      `The folder “${folderName}” holds no IDX files and no table. It needs train-images-idx3-ubyte and ` +
      "train-labels-idx1-ubyte, gzipped or not, or one CSV table.",
  };
}

/** How a document names data that were opened: a table by the file's name, images by the folder's. */
export function choiceOf(folderName: string, files: readonly { readonly name: string }[]): DataChoice {
  const [first, ...others] = files;
  return first && others.length === 0 && !isIdxName(first.name)
    ? { source: "table", name: first.name }
    : { source: "folder", name: folderName };
}
