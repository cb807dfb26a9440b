/**
 * The object itself, except that reading a member it lacks throws: a journey must fail loudly where Electron can
 * do something that the stand-in cannot.
 */
export function strict<T extends object>(object: T, name: string): T {
  return new Proxy(object, {
    get(target, key, receiver) {
      if (key in target || typeof key === "symbol" || asked.has(key))
        return Reflect.get(target, key, receiver);
      throw new Error(
        `The Electron stand-in has no ${name}.${key}. Add it in e2e/stand-in, as electron.d.ts describes it.`,
      );
    },
  });
}

/** What the language and the debugger look for on any object. */
const asked = new Set(["then", "toJSON", "inspect", "constructor", "prototype", "default", "__esModule"]);

/** An event as Electron's emitters pass it. */
export interface PreventableEvent {
  defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable<T extends object>(more: T): PreventableEvent & T {
  const event = {
    ...more,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  return event;
}
