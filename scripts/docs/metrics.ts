import { type MetricSpec, metricTable } from '../../pipeline/runtime/metric-table.ts';

const specs: ReadonlyArray<readonly [string, MetricSpec]> = Object.entries(metricTable);

const entry = ([name, { kind, help, labels, buckets }]: readonly [string, MetricSpec]): ReadonlyArray<string> => [
  `## \`millrace_${name}\``,
  '',
  help,
  '',
  `A ${kind}. ${labels.length === 0 ? 'No labels' : `Labels: ${labels.map((label) => `\`${label}\``).join(', ')}`}.${buckets === undefined ? '' : ` Buckets: ${buckets.join(', ')}.`}`,
  '',
];

const page = [
  '# Metrics',
  '',
  'What a process serves at `/metrics` for Prometheus. Beside these it has the usual metrics of a Node process and its event loop, under',
  '`millrace_process_` and `millrace_nodejs_`. Generated from `pipeline/runtime/metric-table.ts` by `npm run generate`.',
  '',
  ...specs.flatMap(entry),
];

process.stdout.write(page.join('\n'));
