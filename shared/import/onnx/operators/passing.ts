import { type Flow, through } from "../flow.ts";
import { type Readers, real, type Site } from "../site.ts";

export const passing: Readers = {
  Identity: identity,
  Cast: (site) => vanish(site, "Its number type makes no difference."),
  CastLike: (site) => vanish(site, "Its number type makes no difference."),
  Dropout: dropout,
};

/** In files of our own what does nothing outside training: a dropout, noise, a linear activation, a further input. */
function identity(site: Site): Flow {
  const { own } = site;
  const flow = site.flow(0);
  if (own?.kind === "input" && flow.layer?.kind === "input") {
    const layer = site.place("input", flow.layer.values, []);
    return through(flow, layer);
  }
  if (own && silent.has(own.kind)) {
    const layer = site.place(own.kind, own.kind === "activation" ? { function: "linear" } : own.values, [
      flow,
    ]);
    return through(flow, layer);
  }
  return vanish(site, "It does nothing.");
}

const silent: ReadonlySet<string> = new Set(["dropout", "spatialDropout2d", "gaussianNoise", "activation"]);

function vanish(site: Site, words: string): Flow {
  site.note(words);
  return site.flow(0);
}

/** Dropout-7 and -10 have their rate as an attribute, Dropout-12 and later as an input; 0.5 if left out. */
function dropout(site: Site): Flow {
  const flow = site.flow(0);
  const rate = site.known(1)?.at(0) ?? real(site, "ratio", 0.5);
  const layer = site.place("dropout", { rate: Math.min(Number(rate.toPrecision(6)), 0.99) }, [flow]);
  return through(flow, layer);
}
