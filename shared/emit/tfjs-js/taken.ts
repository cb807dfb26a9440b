/** Words that no variable may have (ECMA-262, 12.7.2) and names that the program uses itself. */
export const jsTaken: readonly string[] = [
  ..."await break case catch class const continue debugger default delete do else enum export extends".split(
    " ",
  ),
  ..."false finally for function if implements import in instanceof interface let new null package".split(
    " ",
  ),
  ..."private protected public return static super switch this throw true try typeof var void while".split(
    " ",
  ),
  ..."with yield arguments eval undefined".split(" "),
  ..."tf model train test seed glorot read examples part pair folder table text rows label first".split(" "),
  ..."unquoted delimiter number head body column inputs pairs one around permutation evaluate shown give".split(
    " ",
  ),
  ..."saved loss accuracy learned measured count split best download origin unzipped stripes spirals".split(
    " ",
  ),
];
