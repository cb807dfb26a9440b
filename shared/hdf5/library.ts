import type * as h5wasm from "h5wasm";

/**
 * The HDF5 library, compiled to WebAssembly, with a file system in memory. It is several megabytes, so that it is loaded
 * when the first file is read or written; where a page's rules forbid WebAssembly (the window), it cannot start.
 */
export interface Library {
  readonly File: typeof h5wasm.File;
  readonly Group: typeof h5wasm.Group;
  readonly Dataset: typeof h5wasm.Dataset;
  readonly module: typeof h5wasm.Module;
  readonly files: Files;
}

/** What of Emscripten's file system is used here; its own types leave streams open. */
interface Files {
  readFile(path: string): Uint8Array<ArrayBuffer>;
  writeFile(path: string, bytes: Uint8Array, options?: { readonly canOwn: boolean }): void;
  unlink(path: string): void;
  open(path: string, flags: string): object;
  close(stream: object): void;
  getStream(descriptor: number): object | null;
}

let loading: Promise<Library> | undefined;

export function library(): Promise<Library> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Library> {
  const { File, Group, Dataset, ready } = await import("h5wasm");
  const module = await ready;
  const { FS } = module as unknown as { readonly FS: Files };
  // The library prints a trace of every failure; callers are told by its results. The lowest free descriptor is taken, so
  // that what goes to standard error now goes nowhere.
  const complaints = FS.getStream(2);
  if (complaints) FS.close(complaints);
  FS.open("/dev/null", "w");
  return { File, Group, Dataset, module, files: FS };
}

let filesSoFar = 0;

/** A name that no other file in the library's memory has. */
export const newName = (): string => `file-${filesSoFar++}.h5`;
