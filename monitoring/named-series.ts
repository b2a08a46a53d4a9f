/** A metric as an expression names it, with the labels that are matched on it there. */
export interface NamedSeries {
  readonly name: string;
  readonly labels: ReadonlyArray<string>;
}

const selector = /\b((?:millrace[_:]|up\b)[a-z0-9_:]*)(\{[^}]*\})?/g;

/** Every metric that an expression of PromQL names: those of Millrace, its recorded series, and `up`. */
export const namedSeries = (expr: string): ReadonlyArray<NamedSeries> =>
  [...expr.matchAll(selector)].map(([, name = '', matchers = '']) => ({
    name,
    labels: [...matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));

/** The labels that an expression groups or matches by. */
export const groupedBy = (expr: string): ReadonlyArray<string> =>
  [...expr.matchAll(/\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  );
