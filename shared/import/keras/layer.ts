import { type Fields, record, string } from "../../graph/reading.ts";

/** A layer or model as the configuration has it. */
export interface Layer {
  readonly className: string;
  readonly module: string;
  readonly config: Fields;
  readonly fields: Fields;
}

export function layerOf(written: unknown, place: string): Layer {
  const fields = record(written, place);
  const className = string(fields.class_name, `${place}.class_name`);
  // Sequential models of old versions are a list of layers.
  const config = Array.isArray(fields.config)
    ? { layers: fields.config }
    : record(fields.config, `${place}.config`);
  return { className, module: typeof fields.module === "string" ? fields.module : "", config, fields };
}

export const layerName = ({ fields, config }: Layer, otherwise: string): string =>
  typeof fields.name === "string" ? fields.name : typeof config.name === "string" ? config.name : otherwise;

export const isModel = ({ config }: Layer): boolean => Array.isArray(config.layers);
