import { isHttps } from "./desktop.ts";
import { readDroppedData } from "./dropped-data.ts";
import type { Answer, Command, Export, Host, NamedBytes, RecentFile } from "./host.ts";
import { readFileText } from "./read-file.ts";

/** What a test sees and sets of a host that lives in memory. */
export interface MemoryHost extends Host {
  /** The disk: name → text. A file's token is its name. */
  readonly files: Map<string, string>;
  readonly exports: Export[];
  readonly links: string[];
  readonly dataFolders: Map<string, readonly NamedBytes[]>;
  /** Models that can be opened, by name. */
  readonly models: Map<string, readonly NamedBytes[]>;
  /** What the user does in the next dialogs; a name is undefined where the dialog is closed. */
  readonly user: { chooses: string | undefined; answers: Answer };
  readonly shown: { dirty: boolean; name: string; progress: number | undefined };
  command(command: Command): void;
  /** Whether the window may close. */
  requestClose(): Promise<boolean>;
}

export function memoryHost(): MemoryHost {
  const files = new Map<string, string>();
  const dataFolders = new Map<string, readonly NamedBytes[]>();
  const models = new Map<string, readonly NamedBytes[]>();
  const commands = new Set<(command: Command) => void>();
  const closeListeners = new Set<() => Promise<boolean>>();
  let recent: RecentFile[] = [];
  let clock = 0;

  const noteUse = (name: string) => {
    clock += 1;
    const file = { token: name, name };
    recent = [
      { ...file, where: "memory", openedAt: clock },
      ...recent.filter((it) => it.name !== name),
    ].slice(0, 10);
    return file;
  };

  const host: MemoryHost = {
    edition: "memory",
    os: "linux",
    memoryBytes: undefined,
    files,
    dataFolders,
    models,
    exports: [],
    links: [],
    user: { chooses: undefined, answers: "cancel" },
    shown: { dirty: false, name: "", progress: undefined },

    async openDocument() {
      const name = host.user.chooses;
      if (name === undefined) return { type: "cancelled" };
      const model = models.get(name);
      return model ? { type: "model", name, files: model } : host.openRecent(name);
    },
    async openRecent(token) {
      const text = files.get(token);
      if (text === undefined) return { type: "failed", message: `Cannot open “${token}”: it is not there.` };
      return { type: "opened", file: noteUse(token), text };
    },
    async openDropped(file) {
      const read = await readFileText(file);
      if ("failed" in read) return { type: "failed", message: read.failed };
      return { type: "opened", file: { token: "", name: file.name }, text: read.text };
    },
    async saveDocument(save) {
      if (save.token === undefined || !files.has(save.token)) return host.saveDocumentAs(save);
      files.set(save.token, save.text);
      return { type: "saved", file: noteUse(save.token) };
    },
    async saveDocumentAs({ text }) {
      const name = host.user.chooses;
      if (name === undefined) return { type: "cancelled" };
      files.set(name, text);
      return { type: "saved", file: noteUse(name) };
    },
    listRecent: async () => recent,
    async forgetRecent(token) {
      recent = recent.filter((it) => it.token !== token);
    },
    async exportFiles(files) {
      host.exports.push(files);
      return { type: "exported", where: files.suggestedName };
    },
    openDataTable: () => host.openDataFolder(),
    async openDataFolder() {
      if (host.user.chooses === undefined) return { type: "cancelled" };
      const found = await host.recallData(host.user.chooses);
      return found.type === "unknown"
        ? { type: "failed", message: `There is no folder “${host.user.chooses}”.` }
        : found;
    },
    openDroppedData: readDroppedData,
    async recallData(name) {
      const found = dataFolders.get(name);
      return found === undefined ? { type: "unknown" } : { type: "opened", token: name, name, files: found };
    },
    askBeforeLosing: async () => host.user.answers,
    setDirty: (dirty, name) => void Object.assign(host.shown, { dirty, name }),
    onCloseRequested: (listener) => listen(closeListeners, listener),
    onCommand: (listener) => listen(commands, listener),
    setProgress: (progress) => void Object.assign(host.shown, { progress }),
    openLink(url) {
      if (isHttps(url)) host.links.push(url);
    },

    command(command) {
      for (const listener of commands) listener(command);
    },
    async requestClose() {
      if (!host.shown.dirty) return true;
      const answers = await Promise.all([...closeListeners].map((listener) => listener()));
      return answers.every((mayClose) => mayClose);
    },
  };
  return host;
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
