import type { AlertSpec, RecordSpec } from '../alert-spec.ts';

/** An objective over 30 days: which share of events may be bad. */
interface Objective {
  /** Completes `millrace:…:ratio_rate5m` and `Millrace…BurnsFast`. */
  readonly series: string;
  readonly alert: string;
  readonly allowed: number;
  /** The share of bad events over a window, by topology, in PromQL. */
  readonly ratio: (window: string) => string;
  readonly objective: string;
  readonly bad: string;
  readonly todo: string;
}

const rate = (selector: string, window: string): string => `sum by (topology) (rate(${selector}[${window}]))`;

/** A rate, or nothing where the counter has not been counted yet although records were read. */
const orNone = (selector: string, window: string): string =>
  `(${rate(selector, window)} or ${rate('millrace_records_in_total', window)} * 0)`;

const objectives: ReadonlyArray<Objective> = [
  {
    series: 'late',
    alert: 'MillraceLatency',
    allowed: 0.01,
    ratio: (window) =>
      `1 - ${rate('millrace_commit_age_seconds_bucket{le="1"}', window)} / ${rate('millrace_commit_age_seconds_count', window)}`,
    objective:
      'of all commits, 99 % have their oldest record committed within a second of its Kafka timestamp (`millrace_commit_age_seconds`)',
    bad: 'commits are later than a second',
    todo: 'lag, waits or slow commits: [MillraceLag](#millracelag), [MillraceWaits](#millracewaits), [MillraceSlowCommits](#millraceslowcommits)',
  },
  {
    series: 'lost',
    alert: 'MillraceLoss',
    allowed: 0.001,
    ratio: (window) =>
      `(${orNone('millrace_records_rejected_total', window)} + ${orNone('millrace_delivery_refused_total', window)}) / ${rate('millrace_records_in_total', window)}`,
    objective:
      'of all records that are read, 99.9 % come to a result: they are neither sent to the dead letter nor refused by a receiver. Records that pass a repartition are read twice',
    bad: 'records end in a dead letter',
    todo: 'they are all there: find the rule that grows in `millrace_records_rejected_total` and `millrace_delivery_refused_total`, correct the cause, then redrive: [Dead letter](#dead-letter)',
  },
];

/** How fast the budget may be used up over two windows: both have to agree, so that an alert comes soon and goes soon. */
const fast = [
  { long: '1h', short: '5m', factor: 14.4 },
  { long: '6h', short: '30m', factor: 6 },
] as const;
const slow = [{ long: '3d', short: '6h', factor: 1 }] as const;
const windows = ['5m', '30m', '1h', '6h', '3d'] as const;

type Burn = { readonly long: string; readonly short: string; readonly factor: number };

const seriesOf = ({ series }: Objective, window: string): string => `millrace:${series}:ratio_rate${window}`;

const burns = (objective: Objective, all: ReadonlyArray<Burn>): string =>
  all
    .map(({ long, short, factor }) => {
      const limit = Number((factor * objective.allowed).toPrecision(6));
      return `(${seriesOf(objective, long)} > ${limit} and ${seriesOf(objective, short)} > ${limit})`;
    })
    .join(' or ');

const alertsOf = (objective: Objective): ReadonlyArray<AlertSpec> => {
  const share = `{{ $value | humanizePercentage }} of {{ $labels.topology }}: ${objective.bad}`;
  const means = `the budget of the objective is used up too fast: ${objective.objective}, over 30 days`;
  return [
    {
      name: `${objective.alert}BurnsFast`,
      expr: burns(objective, fast),
      for: '2m',
      severity: 'page',
      summary: `${share}, which uses up the budget of 30 days within five.`,
      when: `${objective.bad}, 14.4 times as many as the budget allows over an hour and over five minutes, or 6 times as many over six hours and over half an hour`,
      means,
      todo: objective.todo,
    },
    {
      name: `${objective.alert}BurnsSlowly`,
      expr: burns(objective, slow),
      for: '15m',
      severity: 'ticket',
      summary: `${share}, which uses up the budget of 30 days before its time.`,
      when: `${objective.bad}, more than the budget allows over three days and over six hours`,
      means,
      todo: objective.todo,
    },
  ];
};

/** The share of bad events of each objective, by topology and window. */
export const budgetRecords: ReadonlyArray<RecordSpec> = objectives.flatMap((objective) =>
  windows.map((window) => ({ record: seriesOf(objective, window), expr: objective.ratio(window) })),
);

/**
 * Burn-rate alerts over several windows: Google, The Site Reliability Workbook, chapter 5, table 5-8 (1 h at 14.4 and 6 h at 6 page, 3 d at 1 is a ticket; the
 * short window is a twelfth of the long one).
 */
export const budgetAlerts: ReadonlyArray<AlertSpec> = objectives.flatMap(alertsOf);
