import type { z } from 'zod';

/** The rows of a data file, in file order, and what is wrong with the others. */
export interface FileRows<Row> {
  readonly rows: ReadonlyArray<Row>;
  readonly problems: ReadonlyArray<{ readonly line: number; readonly reason: string }>;
}

/** A line with its number, counted from 1; `undefined` for an empty one, which is skipped. */
interface Line {
  readonly number: number;
  readonly value: unknown;
}

interface RowsOptions<Row> {
  readonly lines: ReadonlyArray<Line>;
  readonly schema: z.ZodType<Row>;
  /** What no two rows may share. */
  readonly identity: (row: Row) => string;
}

const reasonOf = (error: z.ZodError): string =>
  error.issues.map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`)).join('; ');

/** Checks each line against the form of a row; one that does not fit, or repeats an identity, is a problem with its reason. */
export const readRows = <Row>({ lines, schema, identity }: RowsOptions<Row>): FileRows<Row> => {
  const rows: Row[] = [];
  const problems: { line: number; reason: string }[] = [];
  const firstLine = new Map<string, number>();
  for (const { number, value } of lines) {
    if (value === undefined) continue;
    const result = schema.safeParse(value);
    if (!result.success) {
      problems.push({ line: number, reason: reasonOf(result.error) });
      continue;
    }
    const earlier = firstLine.get(identity(result.data));
    if (earlier !== undefined) {
      problems.push({ line: number, reason: `${identity(result.data)} was on line ${earlier} already` });
      continue;
    }
    firstLine.set(identity(result.data), number);
    rows.push(result.data);
  }
  return { rows, problems };
};
