import { Copy, Play, Trophy } from "lucide-react";
import type { Plan } from "../../../shared/compile/plan.ts";
import type { Recipe } from "../../../shared/train/recipe.ts";
import { Button } from "../../ui/Button.tsx";
import { Explained } from "../../ui/Explained.tsx";
import { explainDesign, explainSight } from "../../ui/explain-design.ts";
import { bestRows, type Column, type Compared, columns, shareOfLargest } from "./columns.ts";
import "./compare.css";
import { LayerTable } from "./LayerTable.tsx";

export interface ComparedDesign extends Compared {
  readonly name: string;
  readonly plan: Plan;
  readonly recipe: Recipe;
  /** Why its costs are not final or its results are old, or what it is doing now. */
  readonly note: string | undefined;
  /** Its results belong to the design before the last edit. */
  readonly isOld: boolean;
  /** Why it cannot be trained now. */
  readonly blocked: string | undefined;
}

interface CompareProps {
  readonly designs: readonly ComparedDesign[];
  readonly active: string;
  /** Why nothing can be trained now. */
  readonly blocked: string | undefined;
  readonly onShow: (name: string) => void;
  readonly onTrain: (name: string) => void;
  readonly onTrainAll: () => void;
  readonly onDuplicate: () => void;
}

const groups = [...new Set(columns.map((it) => it.group))];

/** One row per design: what it costs, what it has reached. */
export function Compare(props: CompareProps) {
  const { designs, active, blocked, onShow, onTrain, onTrainAll, onDuplicate } = props;
  const shown = designs.find((it) => it.name === active);
  const best = columns.map((it) => bestRows(designs, it));
  return (
    <div className="compare">
      <div className="compare-scroll">
        <table className="compare-table" aria-label="Designs compared">
          <thead>
            <tr>
              <td />
              {groups.map((group) => (
                <th
                  key={group}
                  scope="colgroup"
                  colSpan={columns.filter((it) => it.group === group).length}
                  data-first
                >
                  {group}
                </th>
              ))}
              <td />
            </tr>
            <tr>
              <th scope="col">Design</th>
              {columns.map((it, index) => (
                <th key={it.id} scope="col" title={it.hint} data-first={isFirst(index) || undefined}>
                  {it.title}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {designs.map((design, row) => (
              <tr
                key={design.name}
                aria-current={design.name === active || undefined}
                data-old={design.isOld || undefined}
                onClick={({ target }) => {
                  // The name is a button; the row only makes its target larger.
                  if (target instanceof Element && !target.closest(".compare-action, .explained"))
                    onShow(design.name);
                }}
              >
                <th scope="row">
                  <button type="button">{design.name}</button>
                  {design.note && <span className="compare-note">{design.note}</span>}
                </th>
                {columns.map((column, index) => (
                  <Cell
                    key={column.id}
                    column={column}
                    design={design}
                    share={shareOfLargest(designs, column, design)}
                    isBest={best[index]?.has(row) ?? false}
                    isFirst={isFirst(index)}
                  />
                ))}
                <td className="compare-action">
                  <Button
                    icon={<Play />}
                    look="quiet"
                    blocked={design.blocked}
                    onClick={() => onTrain(design.name)}
                  >
                    Train
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {shown && <LayerTable name={shown.name} plan={shown.plan} batch={shown.recipe.batch} />}
      </div>
      <footer className="compare-foot">
        {designs.length > 1 ? (
          <>
            <Button icon={<Play />} look="primary" blocked={blocked} onClick={onTrainAll}>
              Train all {designs.length}
            </Button>
            <span>One after the other, with the same recipe, data and seed.</span>
          </>
        ) : (
          <>
            <Button icon={<Copy />} onClick={onDuplicate}>
              Duplicate {active}
            </Button>
            <span>
              Change the copy, train both, and compare them here. The + beside the tabs starts an empty
              design.
            </span>
          </>
        )}
      </footer>
    </div>
  );
}

const isFirst = (index: number): boolean => columns[index]?.group !== columns[index - 1]?.group;

interface CellProps {
  readonly column: Column;
  readonly design: ComparedDesign;
  readonly share: number;
  readonly isBest: boolean;
  readonly isFirst: boolean;
}

function Cell({ column, design, share, isBest, isFirst }: CellProps) {
  const { of } = column;
  const text = column.text(design);
  const explain = () =>
    of === "receptiveField" ? explainSight(design.plan) : of && explainDesign(design.plan, of, design.recipe);
  return (
    <td
      data-best={isBest || undefined}
      data-first={isFirst || undefined}
      data-result={of === undefined || undefined}
    >
      <span className="compare-value">
        {isBest && <Trophy role="img" aria-label="Best" />}
        {of ? <Explained explain={explain}>{text}</Explained> : text}
      </span>
      <span className="compare-bar" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </td>
  );
}
