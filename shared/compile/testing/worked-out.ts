/**
 * The number that a formula in the notation of `worked` comes to: `⌊(28 + 2·0 − 5)/1⌋ + 1`. A parser of its own, so that
 * what is printed is checked and not what it was printed from. Throws on anything else.
 */
export function workedOut(text: string): number {
  const tokens = text.match(/max\(|min\(|[\d,]*\d(?:\.\d+)?(?:e[−+]?\d+)?|[−+·/(),⌊⌋⌈⌉]/g) ?? [];
  if (tokens.join("") !== text.replaceAll(" ", "")) throw new Error(`cannot read ${text}`);
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at++] ?? "";
    if (expected !== undefined && token !== expected) throw new Error(`${expected} expected in ${text}`);
    return token;
  };

  const sum = (): number => {
    let total = product();
    while (tokens[at] === "+" || tokens[at] === "−") total += take() === "+" ? product() : -product();
    return total;
  };
  const product = (): number => {
    let total = factor();
    while (tokens[at] === "·" || tokens[at] === "/")
      total = take() === "·" ? total * factor() : total / factor();
    return total;
  };
  const factor = (): number => {
    const token = take();
    if (token === "−") return -factor();
    if (token === "max(" || token === "min(") {
      const terms = [sum()];
      while (tokens[at] === ",") {
        take();
        terms.push(sum());
      }
      take(")");
      return token === "max(" ? Math.max(...terms) : Math.min(...terms);
    }
    if (token === "(" || token === "⌊" || token === "⌈") {
      const inner = sum();
      take(closing[token]);
      return token === "⌊" ? Math.floor(inner) : token === "⌈" ? Math.ceil(inner) : inner;
    }
    const value = Number(token.replaceAll(",", "").replace("−", "-"));
    if (token === "" || Number.isNaN(value)) throw new Error(`a number expected in ${text}`);
    return value;
  };

  const value = sum();
  if (at < tokens.length) throw new Error(`nothing more expected in ${text}`);
  return value;
}

const closing = { "(": ")", "⌊": "⌋", "⌈": "⌉" } as const;
