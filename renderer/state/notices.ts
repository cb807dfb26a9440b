import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** A sentence about something that just happened, shown for a while at the lower edge. */
export interface Notice {
  readonly id: number;
  readonly tone: "plain" | "good" | "trouble";
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const shown = createStore<{ readonly notices: readonly Notice[]; readonly last: number }>(() => ({
  notices: [],
  last: 0,
}));

export const useNotices = (): readonly Notice[] => useStore(shown, (state) => state.notices);

/** Shows a sentence; one that is on show already is not repeated. */
export const say = (text: string, more: Partial<Pick<Notice, "tone" | "action">> = {}): void =>
  shown.setState(({ notices, last }) => ({
    last: last + 1,
    notices: [
      ...notices.filter((it) => it.text !== text).slice(-2),
      { id: last + 1, tone: "plain", text, ...more },
    ],
  }));

/** Something did not work: it stays until it is closed. */
export const complain = (text: string): void => say(text, { tone: "trouble" });

export const dismiss = (id: number): void =>
  shown.setState(({ notices }) => ({ notices: notices.filter((it) => it.id !== id) }));
