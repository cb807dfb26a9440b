import { EyeOff, Lightbulb } from "lucide-react";
import type { Advice, AdviceCode } from "../../../shared/compile/advice/index.ts";
import { counted } from "../../../shared/emit/figures.ts";
import { pointAt, pointAtNothing } from "../../state/pointed.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { RepairButton } from "../../ui/RepairButton.tsx";
import { Switch } from "../../ui/Switch.tsx";

interface AdviceListProps {
  readonly advice: readonly Advice[];
  /** Advice is given at all. */
  readonly on: boolean;
  /** Kinds of advice that are switched off. */
  readonly unwanted: number;
  readonly onShow: (node: string) => void;
  readonly onSwitch: (on: boolean) => void;
  readonly onRefuse: (code: AdviceCode) => void;
  readonly onWantAll: () => void;
}

/** Hints on a design that works. They block nothing and can be switched off, one kind or all. */
export function AdviceList(props: AdviceListProps) {
  const { advice, on, unwanted, onShow, onSwitch, onRefuse, onWantAll } = props;
  return (
    <section className="advice" aria-label="Advice">
      <header>
        <h3>Advice</h3>
        <Switch label="Give advice" on={on} onChange={onSwitch} />
        <span>{on ? wordsFor(advice.length) : "Off. Nothing is marked on the cards."}</span>
        {on && unwanted > 0 && (
          <Button look="quiet" onClick={onWantAll}>
            Bring back {counted(unwanted, "kind")} of advice
          </Button>
        )}
      </header>
      {advice.length > 0 && (
        <ul>
          {advice.map((it) => (
            <Row
              key={`${it.code} ${it.message}`}
              advice={it}
              onShow={onShow}
              onRefuse={() => onRefuse(it.code)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

const wordsFor = (count: number): string =>
  count === 0 ? "None on this design." : "Rules of thumb; each may be ignored for a reason.";

interface RowProps {
  readonly advice: Advice;
  readonly onShow: (node: string) => void;
  readonly onRefuse: () => void;
}

function Row({ advice: { nodes, message, why, repairs }, onShow, onRefuse }: RowProps) {
  const [place] = nodes;
  const point = () => pointAt(nodes);
  return (
    <li className="problems-row" onPointerOver={point} onPointerLeave={pointAtNothing}>
      <Lightbulb aria-hidden="true" />
      <div className="problems-words">
        {place !== undefined && (
          <button
            type="button"
            className="problems-place"
            onFocus={point}
            onBlur={pointAtNothing}
            onClick={() => onShow(place)}
          >
            {place}
          </button>
        )}
        <p>{message}</p>
        <small>{why}</small>
      </div>
      <div className="problems-repairs">
        {repairs.map((it) => (
          <RepairButton key={it.title} repair={it} look="quiet" />
        ))}
        <IconButton label="Never give this advice" icon={<EyeOff />} onClick={onRefuse} />
      </div>
    </li>
  );
}
