/** A value with the ones before it and the ones that were undone. Entries are compared by identity. */
export interface History<T extends object> {
  /** Oldest first. */
  readonly past: readonly T[];
  readonly present: T;
  /** Next redo first. */
  readonly future: readonly T[];
  /** What the file holds; undefined for work that was never saved. */
  readonly saved: T | undefined;
  /** The intention that made the present, while more edits may still belong to it. */
  readonly open: string | undefined;
}

const longest = 200;

/** `saved: false` for work that no file holds yet and that would be missed, such as a recovered document. */
export const historyOf = <T extends object>(present: T, { saved = true } = {}): History<T> => ({
  past: [],
  present,
  future: [],
  saved: saved ? present : undefined,
  open: undefined,
});

/**
 * One entry per intention: an edit with the same `intention` as the one before it joins its entry. A drag or the typing
 * in one field passes the same word for all its edits; an edit without one stands alone.
 */
export function record<T extends object>(history: History<T>, next: T, intention?: string): History<T> {
  if (next === history.present) return history;
  const joins = intention !== undefined && intention === history.open;
  return {
    past: joins ? history.past : [...history.past, history.present].slice(-longest),
    present: next,
    future: [],
    saved: history.saved,
    open: intention,
  };
}

/** The next edit begins an entry of its own: a drag ended, a field lost the focus. */
export const closeEntry = <T extends object>(history: History<T>): History<T> =>
  history.open === undefined ? history : { ...history, open: undefined };

export function undo<T extends object>(history: History<T>): History<T> {
  const present = history.past.at(-1);
  if (!present) return history;
  return {
    ...history,
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    open: undefined,
  };
}

export function redo<T extends object>(history: History<T>): History<T> {
  const [present, ...future] = history.future;
  if (!present) return history;
  return { ...history, past: [...history.past, history.present], present, future, open: undefined };
}

/**
 * Notes that a file holds `written`, which need not be the present any more: people go on while a save runs. Later edits
 * begin a new entry, so that undo can come back to what was saved.
 */
export const markSaved = <T extends object>(
  history: History<T>,
  written: T = history.present,
): History<T> => ({
  ...history,
  saved: written,
  open: undefined,
});

/** Whether closing would lose work. Undoing back to the saved state makes it clean again. */
export const isDirty = <T extends object>(history: History<T>): boolean => history.present !== history.saved;
export const canUndo = <T extends object>(history: History<T>): boolean => history.past.length > 0;
export const canRedo = <T extends object>(history: History<T>): boolean => history.future.length > 0;
