/** A file or folder the user opened, remembered by the browser from one visit to the next. */
export interface Kept<Handle extends FileSystemHandle = FileSystemHandle> {
  readonly token: string;
  readonly name: string;
  readonly openedAt: number;
  readonly handle: Handle;
}

/** Data lies in a folder or is one table. */
export type DataHandle = FileSystemDirectoryHandle | FileSystemFileHandle;

type Shelf = "documents" | "folders";

/** Latest first. A browser that keeps nothing (private window) has an empty shelf. */
export async function keptOn(shelf: "documents"): Promise<readonly Kept<FileSystemFileHandle>[]>;
export async function keptOn(shelf: "folders"): Promise<readonly Kept<DataHandle>[]>;
export async function keptOn(shelf: Shelf): Promise<readonly Kept[]> {
  try {
    const store = await open(shelf, "readonly");
    const all: readonly Kept[] = await settled(store.getAll());
    return [...all].sort((a, b) => b.openedAt - a.openedAt);
  } catch (error) {
    console.warn("The browser remembers no files:", error);
    return [];
  }
}

/** Puts a handle in front; the same file or folder stands on the shelf once. Returns its token. */
export async function keep(
  shelf: Shelf,
  handle: FileSystemHandle,
  openedAt: number,
  name = handle.name,
): Promise<string> {
  const before: readonly Kept[] = shelf === "documents" ? await keptOn("documents") : await keptOn("folders");
  const same = await firstThat(before, (it) => it.handle.isSameEntry(handle));
  const token = same?.token ?? crypto.randomUUID();
  const kept: Kept = { token, name, openedAt, handle };
  try {
    const store = await open(shelf, "readwrite");
    await settled(store.put(kept));
    const others = before.filter((it) => it.token !== token);
    for (const old of others.slice(shelfSize - 1)) await settled(store.delete(old.token));
  } catch (error) {
    console.warn("The browser cannot remember this file:", error);
  }
  return token;
}

export async function forget(shelf: Shelf, token: string): Promise<void> {
  try {
    await settled((await open(shelf, "readwrite")).delete(token));
  } catch (error) {
    console.warn("The browser cannot forget this file:", error);
  }
}

/** Asks the user where the browser demands it; must follow a click. */
export async function mayUse(handle: FileSystemHandle, mode: "read" | "readwrite"): Promise<boolean> {
  if (!hasPermissions(handle)) return true;
  if ((await handle.queryPermission({ mode })) === "granted") return true;
  return (await handle.requestPermission({ mode })) === "granted";
}

/** Not in TypeScript's DOM library, because only Chromium has it. */
interface Permissions {
  queryPermission(options: object): Promise<PermissionState>;
  requestPermission(options: object): Promise<PermissionState>;
}

/** The handle of something dropped; undefined where the browser gives none. Must be called while the drop lasts. */
export async function handleOf(item: DataTransferItem): Promise<DataHandle | undefined> {
  if (!givesHandles(item)) return undefined;
  try {
    return (await item.getAsFileSystemHandle()) ?? undefined;
  } catch (error) {
    console.warn("The browser gives no handle for what was dropped:", error);
    return undefined;
  }
}

/** Not in TypeScript's DOM library, because only Chromium has it. */
interface HandleGiver {
  getAsFileSystemHandle(): Promise<DataHandle | null>;
}

const givesHandles = (item: DataTransferItem): item is DataTransferItem & HandleGiver =>
  "getAsFileSystemHandle" in item;

const hasPermissions = (handle: FileSystemHandle): handle is FileSystemHandle & Permissions =>
  "queryPermission" in handle && "requestPermission" in handle;

const shelfSize = 10;

async function open(shelf: Shelf, mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const request = indexedDB.open("files", 1);
  request.onupgradeneeded = () => {
    for (const name of ["documents", "folders"]) request.result.createObjectStore(name, { keyPath: "token" });
  };
  return (await settled(request)).transaction(shelf, mode).objectStore(shelf);
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function firstThat<T>(list: readonly T[], holds: (it: T) => Promise<boolean>): Promise<T | undefined> {
  for (const it of list) if (await holds(it)) return it;
  return undefined;
}
