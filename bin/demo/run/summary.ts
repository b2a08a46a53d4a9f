import type { Figures } from './figures.ts';

const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 4 });

const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const table = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd(),
  );
};

const counts = (of: Readonly<Record<string, number>>): ReadonlyArray<string> =>
  table(Object.entries(of).map(([name, count]) => [name, number(count)]));

const ends = ({ sent, ended }: Figures): ReadonlyArray<string> => {
  const all = sent['feedback.received'] ?? 0;
  const sum = total(ended);
  return [
    ...counts(ended),
    `  ${sum === all ? `= ${number(all)} feedback records in` : `≠ ${number(all)} feedback records in: ${number(sum)} accounted for`}`,
  ];
};

const quality = ({ quality: rows }: Figures): ReadonlyArray<string> =>
  table([
    ['model', 'version', 'metric', 'n', 'value'],
    ...rows.map(({ model_name, model_version, metric, n, value }) => [model_name, model_version, metric, number(n), value.toFixed(4)]),
  ]);

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const rollbacks = ({ rollbacks: rows }: Figures): ReadonlyArray<string> =>
  rows.length === 0
    ? ['  none']
    : rows.flatMap(({ model_name, from_version, to_version, reason, decided_at, candidate, baseline, effect, threshold }) => [
        `  ${model_name}: ${from_version} → ${to_version}, decided at ${decided_at} of stream time`,
        `    ${reason}`,
        `    ${from_version}: ${percent(candidate.mean)} of ${number(candidate.n)}; ${to_version}: ${percent(baseline.mean)} of ${number(baseline.n)}; ` +
          `effect ${percent(effect)}, limit ${percent(threshold)}`,
      ]);

const shownDifferences = 40;

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

const verdictOf = ({ differences }: Figures): ReadonlyArray<string> => {
  if (differences.length === 0) return ['Every number equals the brute force over the generated files.'];
  const listed = differences.slice(0, shownDifferences).map(({ path, expected, actual }) => {
    return `  ${path}: expected ${shown(expected)}, got ${shown(actual)}`;
  });
  const more = differences.length - listed.length;
  return [`${differences.length} numbers differ from the brute force:`, ...listed, ...(more > 0 ? [`  and ${more} more`] : [])];
};

/** The summary of a run, for people. */
export const summary = (figures: Figures): string =>
  [
    '',
    'Records in',
    ...counts(figures.sent),
    '',
    'Where each feedback ended',
    ...ends(figures),
    '',
    'Refused, by node and rule',
    ...(total(figures.rejected) === 0 ? ['  none'] : counts(figures.rejected)),
    '',
    'Quality by version, from ClickHouse',
    ...quality(figures),
    '',
    'Rollbacks',
    ...rollbacks(figures),
    '',
    'Training examples and review tasks by topic',
    ...counts(figures.training),
    '',
    `Latency from feedback to training topic: p50 ${figures.latency_ms.p50.toFixed(0)} ms, p99 ${figures.latency_ms.p99.toFixed(0)} ms`,
    `Took ${figures.seconds.toFixed(1)} s`,
    '',
    ...verdictOf(figures),
    '',
  ].join('\n');
