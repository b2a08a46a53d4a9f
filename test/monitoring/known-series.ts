import { groupedBy, namedSeries } from '../../monitoring/named-series.ts';
import { ruleGroups } from '../../monitoring/rule-groups.ts';
import { type MetricSpec, metricTable } from '../../pipeline/runtime/metric-table.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';

/** The labels that Prometheus itself puts on what it scrapes. */
const scraped = ['job', 'instance'];

const ofSpec = ([name, { kind, labels }]: readonly [string, MetricSpec]): ReadonlyArray<readonly [string, ReadonlyArray<string>]> => {
  const all = [...labels, ...scraped];
  if (kind !== 'histogram') return [[`millrace_${name}`, all]];
  return [
    [`millrace_${name}_bucket`, [...all, 'le']],
    [`millrace_${name}_count`, all],
    [`millrace_${name}_sum`, all],
  ];
};

/** Every series that an expression may name, with the labels that it has. */
const knownSeries = async (): Promise<ReadonlyMap<string, ReadonlyArray<string>>> => {
  const specs: ReadonlyArray<readonly [string, MetricSpec]> = Object.entries(metricTable);
  const served = [...(await prometheusMeter().scrape()).matchAll(/^# TYPE (millrace_(?:process|nodejs)_\S+) /gm)];
  const recorded = ruleGroups.flatMap(({ records }) => records);
  return new Map([
    ...specs.flatMap(ofSpec),
    ...served.map(([, name = '']) => [name, ['type', 'space', 'kind', 'le', ...scraped]] as const),
    ...recorded.map(({ record, expr }) => [record, groupedBy(expr)] as const),
    ['up', scraped] as const,
  ]);
};

/** What an expression names that is not there: metrics, labels that a metric has not, and groupings by labels that none of its metrics has. */
export const unknownIn = async (expr: string): Promise<ReadonlyArray<string>> => {
  const known = await knownSeries();
  const series = namedSeries(expr);
  const labels = new Set(series.flatMap(({ name }) => known.get(name) ?? []));
  return [
    ...series.flatMap(({ name, labels: matched }) => {
      const has = known.get(name);
      return has === undefined ? [name] : matched.filter((label) => !has.includes(label)).map((label) => `${name}{${label}}`);
    }),
    ...groupedBy(expr).filter((label) => !labels.has(label)),
  ];
};
