/** What was attempted, as it stands in the sentence "Cannot … NAME". */
export type Attempt = "open" | "save" | "export";

/**
 * One sentence for the user about a file operation that the world refused: file, reason, remedy.
 * An error without a system code is a bug of ours and is thrown on.
 */
export function explain(error: unknown, attempt: Attempt, name: string): string {
  const code = codeOf(error);
  if (code === undefined) throw error;
  const [reason, remedy] = reasons[code] ?? [`the system reports ${code}`, elsewhere];
  return `Cannot ${attempt} “${name}”: ${reason}. ${typeof remedy === "string" ? remedy : remedy[attempt]}`;
}

export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

type Remedy = string | Readonly<Record<Attempt, string>>;

const elsewhere: Remedy = {
  open: "Copy the file to another folder and open it there.",
  save: "Save under another name or in another folder; the file on disk is unchanged.",
  export: "Export to another folder.",
};

const noPermission: readonly [string, Remedy] = [
  "this account has no permission to do so",
  { ...elsewhere, open: "Ask its owner for permission to read it." },
];
const diskFull: readonly [string, Remedy] = [
  "the disk is full",
  {
    open: "Free some space and try again.",
    save: "Free some space or save on another disk; the file on disk is unchanged.",
    export: "Free some space or export to another disk.",
  },
];

const reasons: Readonly<Record<string, readonly [string, Remedy]>> = {
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: ["the disk is read-only", elsewhere],
  ENOSPC: diskFull,
  EDQUOT: ["your share of the disk is used up", diskFull[1]],
  EISDIR: [
    "it is a folder",
    { open: "Open a file in it.", save: "Choose another name.", export: "Choose another name." },
  ],
  ENOTDIR: ["a part of its path is a file and not a folder", elsewhere],
  EEXIST: ["a file of that name is in the way", "Choose another name."],
  ENOENT: [
    "it is not there",
    {
      open: "It may have been moved, renamed or deleted.",
      save: "Its folder is gone; save in another one.",
      export: "The folder is gone; choose another one.",
    },
  ],
  ENAMETOOLONG: ["its name is too long", "Choose a shorter name."],
  EBUSY: ["another program is using it", "Close that program and try again."],
  EMFILE: ["too many files are open", "Close other programs and try again."],
  EIO: ["the disk reports an error", elsewhere],
};
