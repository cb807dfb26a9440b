/** A spec that does not pass on some backend, and why that is no fault of ours. */
export interface Difference {
  /** The spec's full name, without that of the backend. */
  readonly spec: string;
  readonly on: "cpu" | "simd" | "both";
  readonly status: "failed" | "pending" | "missing";
  readonly why: string;
}

const onlyOnCpu =
  "tfjs-core runs this group only where the backend is called cpu: it is about that backend itself";

export const differences: readonly Difference[] = [
  {
    spec: "Switching cpu backends Move data from cpu1 to cpu2 backend",
    on: "simd",
    status: "missing",
    why: onlyOnCpu,
  },
  {
    spec: "Switching cpu backends can execute op with data from mixed backends",
    on: "simd",
    status: "missing",
    why: onlyOnCpu,
  },
  { spec: "time cpu simple upload", on: "simd", status: "missing", why: onlyOnCpu },
  {
    spec: "maxPool [x=[3,3,1] f=[2,2] s=1 ignores NaNs",
    on: "simd",
    status: "failed",
    why: "NaN wins in our max pool, as it does in PyTorch's: behind one that ignores it a diverged network looks healthy",
  },
];
