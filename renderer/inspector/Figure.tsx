import { Explained } from "../ui/Explained.tsx";
import type { Explanation } from "../ui/explained.ts";

interface FigureProps {
  readonly label: string;
  readonly value: string;
  /** How it comes about, in one line. */
  readonly detail?: string | undefined;
  readonly explain?: (() => Explanation | undefined) | undefined;
}

export const Figure = ({ label, value, detail, explain }: FigureProps) => (
  <dl className="figure">
    <dt>{label}</dt>
    <dd>{explain ? <Explained explain={explain}>{value}</Explained> : value}</dd>
    {detail && detail !== value && <dd className="figure-detail">{detail}</dd>}
  </dl>
);
