import { type KindName, kinds } from "../nodes/index.ts";
import { filled, pairOf, type Setting, sidesOf, type Value, type Values } from "../nodes/settings.ts";

/** Changes of a node's settings; undefined goes back to the default. */
export type Changes = Readonly<Record<string, Value | undefined>>;

/**
 * Why a value cannot be kept in a document at all, or undefined when it can: the wrong type, or a number that no
 * setting could mean. A number or word that only this setting refuses is kept: the user sees a problem and mends it.
 */
export function wrongType(setting: Setting<Value>, value: unknown): string | undefined {
  return fits(setting, value) ? undefined : (setting.check(value) ?? "cannot hold this value");
}

const none: Values = {};

/** The values as a node stores them: in the settings' order, without defaults, unknown names and wrong types. */
export function stored(kind: KindName, values: Changes): Values {
  if (Object.keys(values).length === 0) return none;
  const { settings } = kinds[kind];
  const known = Object.entries(settings).flatMap(([name, setting]) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value !== undefined && fits(setting, value) ? [[name, value] as const] : [];
  });
  const full = filled(settings, Object.fromEntries(known));
  return Object.fromEntries(
    known.filter(([name, value]) => {
      const setting = settings[name];
      const standard = setting?.follows ? full[setting.follows] : setting?.initial;
      return !setting || standard === undefined || !sameMeaning(setting, value, standard);
    }),
  );
}

/** Whether two stored values are written alike. */
export const sameValues = (a: Values, b: Values): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(
    ([name, value]) => String(value) === String(b[name]) && typeof value === typeof b[name],
  );

function fits({ field }: Setting<Value>, value: unknown): boolean {
  switch (field.type) {
    case "whole":
    case "real":
      return isUsable(value);
    case "pair":
      return isUsable(value) || (Array.isArray(value) && value.length === 2 && value.every(isUsable));
    case "sizes":
      return Array.isArray(value) && field.lengths.includes(value.length) && value.every(isUsable);
    case "sides":
      return isUsable(value) || (Array.isArray(value) && value.length === 4 && value.every(isUsable));
    case "kernel":
      return (
        (typeof value === "string" && value.length <= 100) ||
        (Array.isArray(value) && value.length <= field.largest && value.every(isUsable))
      );
    case "choice":
      return typeof value === "string" && value.length <= 100;
    case "flag":
      return typeof value === "boolean";
  }
}

const isUsable = (value: unknown): value is number =>
  typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER;

function sameMeaning({ field }: Setting<Value>, a: Value, b: Value): boolean {
  const isSize = (value: Value) => typeof value === "number" || Array.isArray(value);
  if (field.type === "sides" && isSize(a) && isSize(b)) return String(allOf(a)) === String(allOf(b));
  if (field.type === "pair" && isSize(a) && isSize(b)) return String(sizeOf(a)) === String(sizeOf(b));
  return typeof a === typeof b && String(a) === String(b);
}

const allOf = (value: Value) => sidesOf(typeof value === "number" || typeof value === "object" ? value : 0);

const sizeOf = (value: Value): readonly [number, number] =>
  pairOf(typeof value === "number" || typeof value === "object" ? value : 1);
