import type { ElectronApplication } from "@playwright/test";

/** What the user does in the system's dialogs from now on; a dialog without an answer is an error of the journey. */
export interface DialogAnswers {
  /** The file or folder chosen in an open dialog; null closes it. */
  readonly open?: string | null;
  /** The path typed in a save dialog; null closes it. */
  readonly save?: string | null;
  /** The label of the button pressed in a question. */
  readonly press?: string;
}

/** Replaces the system's dialogs, which no journey can reach, in real Electron as in the stand-in. */
export async function answerDialogs(app: ElectronApplication, answers: DialogAnswers): Promise<void> {
  await app.evaluate(({ dialog }, { open, save, press }) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    const refuse = (what: string) => new Error(`The journey has no answer to ${what}.`);
    dialog.showOpenDialog = async () => {
      if (open === undefined) throw refuse("an open dialog");
      return { canceled: open === null, filePaths: open === null ? [] : [open] };
    };
    dialog.showSaveDialog = async () => {
      if (save === undefined) throw refuse("a save dialog");
      return { canceled: save === null, filePath: save ?? "" };
    };
    dialog.showMessageBox = async (...args: unknown[]) => {
      const { message, buttons } = args.at(-1) as { message: string; buttons: string[] };
      asked.push(message);
      const response = press === undefined ? -1 : buttons.indexOf(press);
      if (response < 0) throw refuse(`“${message}” with ${buttons.join(", ")}`);
      return { response, checkboxChecked: false };
    };
  }, answers);
}

/** The questions put to the user since `answerDialogs`. */
export const askedQuestions = (app: ElectronApplication): Promise<readonly string[]> =>
  app.evaluate(() => Reflect.get(globalThis, "asked") ?? []);
