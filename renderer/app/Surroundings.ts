import { useEffect } from "react";
import { isDirty } from "../../shared/graph/history.ts";
import { look, watch } from "../state/orders.ts";
import { usePreference } from "../state/preferences.ts";
import { activeRun, fractionDone, useSession } from "../state/session.ts";
import { useDesign, useDocument, useFocus, useWorkspace } from "../state/workspace.ts";
import { listenToClipboard } from "./clipboard.ts";
import { runCommand } from "./commands.ts";
import { loadChosenData } from "./data.ts";
import { mayLose, openRecentFile } from "./files.ts";
import { theHost } from "./host.ts";
import { listenToKeys } from "./keyboard.ts";
import { followPointer } from "./pointer.ts";
import { useRunNotices } from "./run-notices.ts";
import { useWindows } from "./windows.ts";

/** Keeps everything around the page in step with it: worker, host, theme, keys. Shows nothing of its own. */
export function Surroundings(): null {
  useTheme();
  useListeners();
  useHostNews();
  useData();
  usePictures();
  useRunNotices();
  return null;
}

function useListeners(): void {
  useEffect(() => {
    const unlisten = [
      listenToKeys(),
      listenToClipboard(),
      followPointer(),
      theHost().onCloseRequested(mayLose),
      theHost().onCommand((command) =>
        command.type === "menu" ? runCommand(command.command) : void openRecentFile(command.file.token),
      ),
    ];
    return () => {
      for (const it of unlisten) it();
    };
  }, []);
}

function useHostNews(): void {
  const dirty = useWorkspace(({ history }) => isDirty(history));
  const name = useWorkspace(({ file }) => file.name);
  useEffect(() => theHost().setDirty(dirty, name), [dirty, name]);
  const progress = useSession((state) => {
    const run = activeRun(state);
    return run && Math.round(fractionDone(run) * 100) / 100;
  });
  useEffect(() => theHost().setProgress(progress), [progress]);
}

/** The document's images, in the worker from the moment a design is open. */
function useData(): void {
  const { data } = useDocument();
  const ready = useSession((state) => state.ready);
  const isOpen = useWindows((state) => state.screen === "workbench");
  useEffect(() => {
    if (ready && isOpen) void loadChosenData(data);
  }, [ready, isOpen, data]);
}

const editPauseMs = 120;

/** Pictures of the design on the canvas, before, while and after it is trained. */
function usePictures(): void {
  const design = useDesign();
  const focus = useFocus();
  const { seed } = useDocument().recipe;
  const watched = useSession((state) => state.watched);
  const hasData = useSession((state) => state.data.status === "ready");
  const ended = useSession(({ runs: { [design.name]: run } }) =>
    run?.status === "ended" ? run.run : undefined,
  );
  useEffect(() => {
    if (hasData) watch(watched, focus);
  }, [hasData, watched, focus]);
  // A half-drawn design is looked at too: the part that works has pictures. The worker looks again by itself when
  // another image is watched.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end of a run, or an import, gives the design other weights.
  useEffect(() => {
    if (!hasData) return;
    const timer = setTimeout(() => look(design, seed), editPauseMs);
    return () => clearTimeout(timer);
  }, [hasData, design, seed, ended]);
}

function useTheme(): void {
  const chosen = usePreference("theme");
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      const isDark = chosen === "dark" || (chosen === "system" && dark.matches);
      document.documentElement.dataset.theme = isDark ? "dark" : "light";
    };
    apply();
    dark.addEventListener("change", apply);
    return () => dark.removeEventListener("change", apply);
  }, [chosen]);
}
