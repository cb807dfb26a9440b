import { ChevronUp } from "lucide-react";
import { counted, grouped, short, shortBytes } from "../../shared/emit/figures.ts";
import { backendNames } from "../../shared/protocol/training.ts";
import { chooseBackend } from "../state/orders.ts";
import { usePlan } from "../state/plans.ts";
import { type RunRecord, useRun, useSession } from "../state/session.ts";
import { useDesign, useDocument } from "../state/workspace.ts";
import { Explained } from "../ui/Explained.tsx";
import { type DesignQuantity, explainDesign, explainSight } from "../ui/explain-design.ts";
import { Menu } from "../ui/Menu.tsx";
import { backendTitles } from "./backends.ts";
import "./status-bar.css";

/** What the design costs, and what it is trained on. */
export function StatusBar() {
  const plan = usePlan();
  const { totals, steps } = plan;
  const { recipe } = useDocument();
  const of = (quantity: DesignQuantity) => () => explainDesign(plan, quantity, recipe);
  const run = useRun(useDesign().name);
  return (
    <footer className="status-bar">
      {steps.length > 0 && (
        <>
          <Explained className="fact" explain={of("parameters")}>
            {counted(totals.parameters, "parameter")}
          </Explained>
          <Explained className="fact" explain={of("macs")}>
            {short(totals.macs)} multiply-adds
          </Explained>
          <Explained className="fact" explain={of("activationBytes")}>
            {shortBytes(totals.activationBytes)}
          </Explained>
          <Explained className="fact" explain={() => explainSight(plan)}>
            sees {explainSight(plan).value}
          </Explained>
        </>
      )}
      <BackendMenu run={run} />
    </footer>
  );
}

function BackendMenu({ run }: { readonly run: RunRecord | undefined }) {
  const chosen = useSession((state) => state.backend);
  const trials = run?.backend?.trials ?? [];
  const names = ["auto", ...backendNames] as const;
  return (
    <Menu
      side="top"
      align="end"
      groups={[
        {
          label: "Train on",
          items: names.map((name) => ({
            label: backendTitles[name],
            checked: name === chosen,
            detail: detailOf(trials.find((it) => it.name === name)),
            onSelect: () => chooseBackend(name),
          })),
        },
      ]}
    >
      <button
        type="button"
        className="status-backend"
        aria-label={`Backend: ${words(run, chosen).replace("Backend: ", "")}`}
      >
        {words(run, chosen)}
        <ChevronUp aria-hidden="true" />
      </button>
    </Menu>
  );
}

const detailOf = (trial: { readonly imagesPerSecond: number | null } | undefined): string | undefined =>
  trial &&
  (trial.imagesPerSecond === null
    ? "does not work here"
    : `${grouped(Math.round(trial.imagesPerSecond))} examples/s with this design`);

function words(run: RunRecord | undefined, chosen: keyof typeof backendTitles): string {
  if (!run?.backend) return chosen === "auto" ? "Backend: fastest" : backendTitles[chosen];
  const speed =
    run.imagesPerSecond === undefined ? "" : `, ${grouped(Math.round(run.imagesPerSecond))} examples/s`;
  return `${run.backend.detail}${speed}`;
}
