import type { z } from 'zod';

/** The rows of a data file, in file order, and what is wrong with the others. */
export interface FileRows<Row> {
  readonly rows: ReadonlyArray<Row>;
  readonly problems: ReadonlyArray<{ readonly line: number; readonly reason: string }>;
}

/** A line with its number, counted from 1: what it holds, or why it holds nothing. */
export type Line = { readonly number: number } & ({ readonly value: unknown } | { readonly reason: string });

interface RowsOptions<Row> {
  readonly lines: ReadonlyArray<Line>;
  readonly schema: z.ZodType<Row>;
  /** What no two rows may share. */
  readonly identity: (row: Row) => string;
}

const issuesShown = 3;

const reasonOf = ({ issues }: z.ZodError): string => {
  const told = issues.slice(0, issuesShown).map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return [...told, ...(issues.length > issuesShown ? [`${issues.length - issuesShown} more`] : [])].join('; ');
};

/** Checks each line against the form of a row; one that does not fit, or repeats an identity, is a problem with its reason. */
export const readRows = <Row>({ lines, schema, identity }: RowsOptions<Row>): FileRows<Row> => {
  const rows: Row[] = [];
  const firstLine = new Map<string, number>();
  const reject = (line: Line): string | undefined => {
    if ('reason' in line) return line.reason;
    const { data, error } = schema.safeParse(line.value);
    if (error !== undefined) return reasonOf(error);
    const earlier = firstLine.get(identity(data));
    if (earlier !== undefined) return `${identity(data)} was on line ${earlier} already`;
    firstLine.set(identity(data), line.number);
    rows.push(data);
    return undefined;
  };
  const problems = lines.flatMap((line) => {
    const reason = reject(line);
    return reason === undefined ? [] : [{ line: line.number, reason }];
  });
  return { rows, problems };
};
