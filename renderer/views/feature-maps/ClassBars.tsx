import { inPercent } from "../../ui/notation.ts";
import { areShares, figure, largestAt } from "./figures.ts";

interface ClassBarsProps {
  /** The output's value for each class. */
  readonly values: Float32Array;
  readonly classes: readonly string[];
  /** The true class of the example. */
  readonly label: number | undefined;
}

/** What the network says about the example: the class it names in bold, the true one marked. */
export function ClassBars({ values, classes, label }: ClassBarsProps) {
  const predicted = largestAt(values);
  const shares = areShares(values);
  const most = shares ? 1 : Math.max(...values.map(Math.abs)) || 1;
  return (
    <table className="maps-classes">
      <caption>
        {label === undefined || !classes[label]
          ? "Output"
          : predicted === label
            ? "Recognised"
            : `Takes “${classes[label]}” for “${classes[predicted]}”`}
      </caption>
      <tbody>
        {Array.from(values, (value, index) => (
          <tr
            // biome-ignore lint/suspicious/noArrayIndexKey: a class is its number.
            key={index}
            data-predicted={index === predicted || undefined}
            data-true={index === label || undefined}
          >
            <th scope="row">
              {classes[index] ?? index}
              {index === label && <span className="maps-true">true</span>}
            </th>
            <td>
              <span className="maps-class-bar">
                <span style={{ width: `${(Math.max(0, value) / most) * 100}%` }} />
              </span>
            </td>
            <td className="maps-class-value">{shares ? inPercent(value) : figure(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
