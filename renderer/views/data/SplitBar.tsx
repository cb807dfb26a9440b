import { grouped } from "../../../shared/emit/figures.ts";
import { learningCount } from "../../../shared/train/load-dataset.ts";

interface SplitBarProps {
  readonly trainCount: number;
  readonly testCount: number;
  /** Share of the training images that only measure. */
  readonly validation: number;
}

/** How the images are divided: those that teach, those that measure while training, those kept for the end. */
export function SplitBar({ trainCount, testCount, validation }: SplitBarProps) {
  const learning = learningCount(trainCount, validation);
  const parts = [
    { name: "Train", part: "train", count: learning, hint: "to learn from" },
    {
      name: "Validation",
      part: "validation",
      count: trainCount - learning,
      hint: "after every epoch",
    },
    { name: "Test", part: "test", count: testCount, hint: "once, at the end" },
  ];
  return (
    <div className="data-split">
      <div className="data-split-bar" aria-hidden="true">
        {parts
          .filter((it) => it.count > 0)
          .map(({ part, count }) => (
            <span key={part} data-part={part} style={{ flexGrow: count }} />
          ))}
      </div>
      <dl>
        {parts.map(({ name, part, count, hint }) => (
          <div key={part}>
            <dt data-part={part}>{name}</dt>
            <dd>
              <b>{grouped(count)}</b> {hint}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
