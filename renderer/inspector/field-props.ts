/** What the fields of several numbers have in common. */
export interface FieldProps<T> {
  readonly label: string;
  readonly value: T;
  readonly onCommit: (value: T) => void;
  /** An edit is over: what comes next is another one. */
  readonly onDone: () => void;
  readonly min: number;
  readonly max: number;
  readonly invalid: boolean;
  readonly describedBy: string;
}
