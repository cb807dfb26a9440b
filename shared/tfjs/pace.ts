/** Tells how fast training goes, from the last few seconds. */
export interface Pace {
  worked(ms: number, images: number): void;
  /** Images per second lately; 0 before anything was done. */
  lately(): number;
  /** Images per second over everything. */
  overall(): number;
}

const memoryMs = 3000;

export function createPace(): Pace {
  let recent = { ms: 0, images: 0 };
  let all = { ms: 0, images: 0 };
  const rate = ({ ms, images }: typeof all): number => (ms > 0 ? (1000 * images) / ms : 0);
  return {
    worked(ms, images) {
      const kept = Math.exp(-ms / memoryMs);
      recent = { ms: recent.ms * kept + ms, images: recent.images * kept + images };
      all = { ms: all.ms + ms, images: all.images + images };
    },
    lately: () => rate(recent),
    overall: () => rate(all),
  };
}
