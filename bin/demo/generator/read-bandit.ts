import { z } from 'zod';
import { type FileRows, type Line, readRows } from './file-rows.ts';

const timestamp = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00:00|Z)$/;

const microsOf = (text: string): number => {
  const [, day, time, fraction = ''] = timestamp.exec(text) ?? [];
  return day === undefined || time === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`) * 1e3 + Number(fraction.padEnd(6, '0'));
};

const decimal = z.string().regex(/^\d+(\.\d+)?(e-?\d+)?$/i, 'no number');
const natural = z.string().regex(/^\d{1,9}$/, 'no whole number');

const impression = z
  .looseObject({
    timestamp: z.string().transform(microsOf).pipe(z.number('no UTC time').min(946_684_800e6, 'before the year 2000')),
    policy: z.string().min(1),
    row: natural,
    item_id: z.string().min(1),
    position: natural.transform(Number).pipe(z.int().min(1)),
    click: z.enum(['0', '1']).transform(Number),
    propensity: decimal.transform(Number).pipe(z.number().gt(0).lte(1)),
  })
  .transform(({ timestamp: at, policy, row, item_id, position, click, propensity, ...rest }) => ({
    at,
    policy,
    row,
    item_id,
    position,
    clicked: click === 1,
    propensity,
    features: Object.fromEntries(
      Object.entries(rest)
        .filter(([name]) => name.startsWith('user_feature_'))
        .map(([name, v]) => [name, String(v)]),
    ),
  }));

/** One impression that a policy chose, and whether it was clicked. `at` is in µs since the epoch, UTC. */
export type Impression = Readonly<z.infer<typeof impression>>;

const fieldsOf = (header: ReadonlyArray<string>, line: string, number: number): Line => {
  const cells = line.split(',');
  if (cells.length !== header.length) return { number, reason: `${cells.length} columns instead of ${header.length}` };
  return { number, value: Object.fromEntries(header.map((name, index) => [name, cells[index]])) };
};

/** Reads `open-bandit-men.csv` text; the form is in data/README.md. */
export const readBandit = (text: string): FileRows<Impression> => {
  const [first = '', ...lines] = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const header = first.split(',');
  return readRows({
    lines: lines.flatMap((line, index) => (line === '' ? [] : [fieldsOf(header, line, index + 2)])),
    schema: impression,
    identity: (row) => `${row.policy}, row ${row.row}`,
  });
};
