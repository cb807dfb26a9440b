import { Check } from "lucide-react";
import type { Quantity } from "../../../shared/compile/derivations.ts";
import type { Site } from "../../../shared/compile/twins/site.ts";
import type { Twin } from "../../../shared/compile/twins/twins.ts";
import { grouped, short, shortBytes } from "../../../shared/emit/figures.ts";
import { Button } from "../../ui/Button.tsx";
import type { Drawing } from "./paint-wiring.ts";
import type { MovingUnit } from "./use-unit.ts";
import { WiringPicture } from "./WiringPicture.tsx";
import { onLogScale, sharing, termsAt, times, titles } from "./words.ts";

interface TwinColumnProps {
  readonly site: Site;
  readonly twin: Twin;
  readonly moving: MovingUnit;
  readonly brightness: Drawing["brightness"];
  /** The convolution's parameters: what the others are compared with. */
  readonly least: number | undefined;
  /** Powers of ten on all bars. */
  readonly decades: number;
  readonly onUse: () => void;
}

/** One of the three: how it is wired, what it costs, and the way to have it. */
export function TwinColumn({ site, twin, moving, brightness, least, decades, onUse }: TwinColumnProps) {
  const { which, current, refused, parameters, step } = twin;
  const title = titles[which];
  const isDrawn = refused === undefined || which === "dense";
  return (
    <section className="twin" data-which={which} data-current={current || undefined} aria-label={title}>
      <h3>
        {title}
        {current && (
          <span className="twin-current">
            <Check aria-hidden="true" /> in the design
          </span>
        )}
      </h3>
      {isDrawn ? (
        <WiringPicture
          site={site}
          which={which}
          unit={moving.unit}
          focus={moving.focus}
          brightness={brightness}
          label={`${title}: what one unit of the output sees`}
          onPoint={moving.pointTo}
          onLeave={moving.leave}
        />
      ) : (
        <p className="twin-missing">{refused}</p>
      )}
      <p className="twin-sharing">{isDrawn ? sharing(site, which) : ""}</p>
      {isDrawn ? <Sum site={site} which={which} unit={moving.unit} /> : <span />}
      <div className="twin-parameters">
        {parameters > 0 && (
          <>
            <strong>{grouped(parameters)}</strong> parameters
            <Bar value={parameters} decades={decades} />
            <Working twin={twin} quantity="parameters" />
            <span className="twin-times">
              {which === "conv2d"
                ? "the measure for the others"
                : least && <Times parameters={parameters} least={least} />}
            </span>
          </>
        )}
      </div>
      <dl className="twin-costs">
        {step && (
          <>
            <Cost name="Multiply-adds" value={short(step.macs)} exact={workedOf(twin, "macs")}>
              <Bar value={step.macs} decades={decades} />
            </Cost>
            <Cost
              name="Memory of its weights"
              value={shortBytes(4 * parameters)}
              exact={`${grouped(parameters)} · 4 bytes = ${grouped(4 * parameters)} bytes`}
            />
          </>
        )}
      </dl>
      <div className="twin-use">
        {refused !== undefined && isDrawn ? (
          <p>{refused}</p>
        ) : (
          !current && (
            <Button blocked={refused} onClick={onUse}>
              Use this layer
            </Button>
          )
        )}
      </div>
    </section>
  );
}

/** The calculation of the unit that is shown. */
function Sum({ site, which, unit }: SumProps) {
  const { seen, padding } = termsAt(site, which, unit);
  return (
    <p className="twin-sum">
      <span className="twin-formula">
        z = {site.values.bias === false ? "" : "b + "}Σ x<sub>i</sub>w<sub>i</sub>
      </span>
      <span>
        {grouped(seen)} {seen === 1 ? "term" : "terms"}
        {padding > 0 && <small> + {grouped(padding)} on zeros of the padding</small>}
      </span>
    </p>
  );
}
interface SumProps {
  readonly site: Site;
  readonly which: Twin["which"];
  readonly unit: MovingUnit["unit"];
}

const Times = ({ parameters, least }: { readonly parameters: number; readonly least: number }) =>
  parameters === least ? (
    <>as many as the convolution</>
  ) : (
    <>
      <b>{times(parameters, least)} ×</b> as many as the convolution
    </>
  );

const lineOf = ({ derivations }: Twin, quantity: Quantity) =>
  derivations.find((it) => it.quantity === quantity)?.lines[0];
const workedOf = (twin: Twin, quantity: Quantity): string | undefined => lineOf(twin, quantity)?.worked;

/** `3·3·1·8 + 8 = 80`, in words for who points at it or listens. */
function Working({ twin, quantity }: { readonly twin: Twin; readonly quantity: Quantity }) {
  const line = lineOf(twin, quantity);
  return (
    line && (
      <span className="twin-working" title={line.formula}>
        {line.worked}
      </span>
    )
  );
}

interface CostProps {
  readonly name: string;
  readonly value: string;
  readonly exact: string | undefined;
  readonly children?: React.ReactNode;
}
const Cost = ({ name, value, exact, children }: CostProps) => (
  <div title={exact}>
    <dt>{name}</dt>
    <dd>{value}</dd>
    {children}
  </div>
);

const Bar = ({ value, decades }: { readonly value: number; readonly decades: number }) => (
  <span className="twin-bar" style={{ backgroundSize: `${100 / decades}% 100%` }} aria-hidden="true">
    <i style={{ width: `${onLogScale(value, decades) * 100}%` }} />
  </span>
);
