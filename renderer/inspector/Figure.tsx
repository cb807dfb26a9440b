interface FigureProps {
  readonly label: string;
  readonly value: string;
  /** How it comes about. */
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

export const Figure = ({ label, value, detail, hint }: FigureProps) => (
  <dl className="figure" title={hint}>
    <dt>{label}</dt>
    <dd>{value}</dd>
    {detail && <dd className="figure-detail">{detail}</dd>}
  </dl>
);
