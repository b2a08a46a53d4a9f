/** What may stand in SQL text that is not code: comments, strings, quoted names. The last branch is a statement's end. */
const tokens = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|(;)/g;

/** The statements of an SQL text, which end with a semicolon, without comments around them. A semicolon in a string or comment is none. */
export const splitStatements = (text: string): ReadonlyArray<string> => {
  const ends = [...text.matchAll(tokens)].filter(([, semicolon]) => semicolon !== undefined).map(({ index }) => index);
  return [...ends, text.length]
    .map((end, at) => text.slice(at === 0 ? 0 : (ends[at - 1] ?? 0) + 1, end))
    .map((statement) => statement.replace(/^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)*/, '').trim())
    .filter((statement) => statement !== '');
};
