import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Derivation } from "../../shared/compile/derivations.ts";

/** What a number is and how it comes about; most are derivations of the compiler. */
export type Explanation = Pick<Derivation, "title" | "value" | "lines"> & {
  /** A sentence on what the number means. */
  readonly note?: string | undefined;
  /** The lines are sentences, each with its reason, and no formulas. */
  readonly prose?: true;
};

interface Shown {
  /** Which number is explained. */
  readonly by: string;
  readonly anchor: HTMLElement;
  readonly explanation: Explanation;
  /** It stays until it is closed: somebody asked for it with a click or a key. */
  readonly held: boolean;
}

/** The one explanation on show. One panel for all numbers: hundreds of cards have two of them each. */
const shown = createStore<{ readonly shown: Shown | undefined }>(() => ({ shown: undefined }));

export const useShown = (): Shown | undefined => useStore(shown, (state) => state.shown);
export const useIsShown = (by: string): boolean => useStore(shown, (state) => state.shown?.by === by);

const opensAfterMs = 350;
const closesAfterMs = 160;
let timer: ReturnType<typeof setTimeout> | undefined;

const after = (ms: number, run: () => void): void => {
  clearTimeout(timer);
  timer = setTimeout(run, ms);
};

export function show(next: Shown): void {
  clearTimeout(timer);
  shown.setState({ shown: next });
}

/** A click or a key: holds the explanation open, or closes one that is held. */
export function hold(
  next: Omit<Shown, "held" | "explanation">,
  explain: () => Explanation | undefined,
): void {
  const now = shown.getState().shown;
  const explanation = now?.held && now.by === next.by ? undefined : explain();
  if (explanation) show({ ...next, explanation, held: true });
  else close();
}

/** The pointer rests on a number: its explanation comes after a moment, or at once where one is on show. */
export function rest(
  next: Omit<Shown, "explanation" | "held">,
  explain: () => Explanation | undefined,
): void {
  const now = shown.getState().shown;
  if (now?.held) return;
  after(now ? 0 : opensAfterMs, () => {
    const explanation = explain();
    if (explanation && next.anchor.isConnected) show({ ...next, explanation, held: false });
  });
}

/** The pointer has come to the panel, and may read there. */
export const stay = (): void => clearTimeout(timer);

/** The pointer has left the number or its panel. */
export function leave(): void {
  if (shown.getState().shown?.held) return;
  after(closesAfterMs, close);
}

export function close(): void {
  clearTimeout(timer);
  if (shown.getState().shown) shown.setState({ shown: undefined });
}

/** The number has changed while its explanation was on show. */
export function renew(by: string, explanation: Explanation | undefined): void {
  const now = shown.getState().shown;
  if (now?.by !== by) return;
  if (explanation) shown.setState({ shown: { ...now, explanation } });
  else close();
}

/** Closes what belongs to a number that is gone. */
export const forget = (by: string): void => {
  if (shown.getState().shown?.by === by) close();
};
