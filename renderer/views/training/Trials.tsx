import { Check } from "lucide-react";
import { grouped } from "../../../shared/emit/figures.ts";
import type { BackendName, BackendTrial } from "../../../shared/protocol/training.ts";

interface TrialsProps {
  readonly trials: readonly BackendTrial[];
  readonly chosen: BackendName;
  readonly detail: string;
}

/** What the measurement of the backends found, and which one was taken. */
export function Trials({ trials, chosen, detail }: TrialsProps) {
  if (trials.length === 0) return <p className="training-backend">Trained on {detail}.</p>;
  const most = Math.max(1, ...trials.map((it) => it.imagesPerSecond ?? 0));
  return (
    <table className="training-trials">
      <caption>Backends, measured with this design</caption>
      <tbody>
        {trials.map(({ name, imagesPerSecond }) => (
          <tr key={name} data-chosen={name === chosen || undefined}>
            <th scope="row">{name === chosen ? detail : name}</th>
            <td className="training-trial-bar" aria-hidden="true">
              {imagesPerSecond !== null && <span style={{ width: `${(imagesPerSecond / most) * 100}%` }} />}
            </td>
            <td>
              {imagesPerSecond === null
                ? "does not work here"
                : `${grouped(Math.round(imagesPerSecond))} examples/s`}
            </td>
            <td>{name === chosen && <Check role="img" aria-label="Chosen" />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
