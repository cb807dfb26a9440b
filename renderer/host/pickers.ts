import { modelEndings, tableEndings } from "../../shared/protocol/desktop.ts";

/** How a browser lets the user choose files; a closed chooser is undefined. */
export interface Pickers {
  /** Whether a chosen file can be written again without a question. */
  readonly keepsFiles: boolean;
  /** One document, or the files of a model. */
  openFiles(): Promise<readonly PickedFile[]>;
  /** Undefined where there is no save dialog: the file is downloaded. */
  readonly place?: (suggestedName: string) => Promise<FileSystemFileHandle | undefined>;
  openTable(): Promise<PickedFile | undefined>;
  openFolder(): Promise<PickedFolder | undefined>;
  /** A folder to write into; missing where the browser cannot. */
  readonly placeFolder?: () => Promise<FileSystemDirectoryHandle | undefined>;
}

export interface PickedFile {
  readonly file: File;
  readonly handle?: FileSystemFileHandle;
}

export interface PickedFolder {
  readonly name: string;
  readonly files: readonly File[];
  readonly handle?: FileSystemDirectoryHandle;
}

/** The File System Access API where there is one (Chromium), else `<input type=file>` and downloads. */
export const pickersOf = (window: Window): Pickers =>
  canPick(window) ? accessPickers(window) : inputPickers;

/** Not in TypeScript's DOM library, because only Chromium has it. */
interface Picking {
  showOpenFilePicker(options: object): Promise<readonly FileSystemFileHandle[]>;
  showSaveFilePicker(options: object): Promise<FileSystemFileHandle>;
  showDirectoryPicker(options: object): Promise<FileSystemDirectoryHandle>;
}

const canPick = (window: Window): window is Window & Picking =>
  "showOpenFilePicker" in window && "showSaveFilePicker" in window && "showDirectoryPicker" in window;

const documents = [{ description: "Receptive designs", accept: { "application/json": [".receptive"] } }];
const modelNames = modelEndings.map((it) => `.${it}`);
const openable = [
  {
    description: "Designs and models",
    accept: { "application/json": [".receptive", ".json"], "application/octet-stream": modelNames.slice(1) },
  },
];
const tableNames = [...tableEndings, "txt"].map((it) => `.${it}`);
const tables = [{ description: "Tables (CSV)", accept: { "text/csv": tableNames } }];

function accessPickers(window: Picking): Pickers {
  return {
    keepsFiles: true,
    openFiles: async () => (await pick(window, { types: openable, multiple: true })) ?? [],
    openTable: () => pickOne(window, tables),
    place: (suggestedName) =>
      unlessClosed(() =>
        window.showSaveFilePicker({
          suggestedName,
          ...(suggestedName.endsWith(".receptive") ? { types: documents } : {}),
        }),
      ),
    openFolder: () =>
      unlessClosed(async () => {
        const handle = await window.showDirectoryPicker({ mode: "read" });
        return { name: handle.name, files: await filesIn(handle), handle };
      }),
    placeFolder: () => unlessClosed(() => window.showDirectoryPicker({ mode: "readwrite" })),
  };
}

const pickOne = async (window: Picking, types: readonly object[]): Promise<PickedFile | undefined> =>
  (await pick(window, { types }))?.[0];

const pick = (window: Picking, options: object): Promise<readonly PickedFile[] | undefined> =>
  unlessClosed(async () => {
    const handles = await window.showOpenFilePicker(options);
    return Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })));
  });

/** The files of a folder, without those in folders inside it. */
export async function filesIn(folder: FileSystemDirectoryHandle): Promise<File[]> {
  const files: File[] = [];
  for await (const entry of folder.values()) if (isFile(entry)) files.push(await entry.getFile());
  return files;
}

export const isFile = (entry: FileSystemHandle): entry is FileSystemFileHandle => entry.kind === "file";

async function unlessClosed<T>(pick: () => Promise<T>): Promise<T | undefined> {
  try {
    return await pick();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}

const inputPickers: Pickers = {
  keepsFiles: false,
  async openFiles() {
    const files = await chooseByInput((input) => {
      input.accept = [".receptive", ...modelNames].join(",");
      input.multiple = true;
    });
    return files.map((file) => ({ file }));
  },
  async openTable() {
    const [file] = await chooseByInput((input) => {
      input.accept = tableNames.join(",");
    });
    return file && { file };
  },
  async openFolder() {
    const files = await chooseByInput((input) => {
      input.webkitdirectory = true;
    });
    // "mnist/train-images-idx3-ubyte": the first part is the chosen folder, and only its own files count.
    const direct = files.filter((it) => it.webkitRelativePath.split("/").length === 2);
    const name = files[0]?.webkitRelativePath.split("/")[0];
    return name === undefined ? undefined : { name, files: direct };
  },
};

function chooseByInput(prepare: (input: HTMLInputElement) => void): Promise<readonly File[]> {
  const input = document.createElement("input");
  input.type = "file";
  prepare(input);
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve([...(input.files ?? [])]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  });
}
