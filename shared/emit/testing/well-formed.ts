/** Enough of XML to notice an unescaped name: tags match, no stray markup signs, no forbidden characters. */
export function wellFormed(xml: string): boolean {
  const open: string[] = [];
  const rest = xml.replace(
    /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<>]*")*)(\/?)>/g,
    (_, ends, name, __, empty) => {
      if (ends) return open.pop() === name ? "" : "<";
      if (!empty) open.push(name);
      return "";
    },
  );
  const stray = /[<>]|&(?!(amp|lt|gt|quot);)|[^\P{Cc}\n]|\p{Cs}/u;
  return open.length === 0 && !stray.test(rest);
}
