import { recordType } from '../../../../pipeline/avro/record-type.ts';
import { type CompactedTopic, compactedTopic, type RawTopic, rawTopic, type Topic, topic } from '../../../../pipeline/core/topic.ts';
import { table } from '../../../../pipeline/core/table.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import { combine } from '../../../../operators/combine.ts';
import { count } from '../../../../operators/aggregates/count.ts';
import { dedupe } from '../../../../operators/dedupe.ts';
import { map } from '../../../../operators/map.ts';
import { tumble } from '../../../../operators/tumble.ts';
import { validate } from '../../../../operators/validate.ts';
import { type Click, clickOf, clickType, newYear, type Visit, visitType } from '../../../support/clicks.ts';

/** How often a page was clicked in a minute, revision after revision. */
export interface PageMinute {
  readonly event_id: string;
  readonly page: string;
  readonly minute: number;
  readonly revision: number;
  readonly final: boolean;
  readonly clicks: number;
}

const pageMinute = recordType<PageMinute>({
  type: 'record',
  name: 'PageMinute',
  fields: [
    { name: 'event_id', type: 'string' },
    { name: 'page', type: 'string' },
    { name: 'minute', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'revision', type: 'long' },
    { name: 'final', type: 'boolean' },
    { name: 'clicks', type: 'long' },
  ],
});

interface ShopTopics {
  readonly clicked: Topic<Click, 'user'>;
  readonly dead: RawTopic;
  readonly last: CompactedTopic<Visit, 'visitor'>;
  readonly paid: Topic<Click, 'user'>;
  readonly minutes: Topic<PageMinute, 'page'>;
}

/** All that the topology reads and writes; a suffix gives it topics of its own on a broker that others use, too. */
export const shopTopics = (suffix = ''): ShopTopics => ({
  clicked: topic(`clicked${suffix}`, { type: clickType, key: ['user'], time: 'at', config: { 'retention.ms': '-1' } }),
  dead: rawTopic(`clicks.dead-letter${suffix}`),
  last: compactedTopic(`clicks.last${suffix}`, { type: visitType, key: ['visitor'], time: 'at' }),
  paid: topic(`clicks.paid${suffix}`, { type: clickType, key: ['user'], time: 'at' }),
  minutes: topic(`clicks.minutes${suffix}`, { type: pageMinute, key: ['page'] }),
});

const minutesTable = table('page_minutes', { type: pageMinute, orderBy: ['page', 'minute'], version: 'revision' });

/** Everything that a replay has to do with: rejects, state, a repartition, windows of two steps, a table, a compacted topic. */
export const shop = (country = 'NL', bound = 10, suffix = ''): Topology => {
  const topics = shopTopics(suffix);
  return topology(`shop${suffix}`, { deadLetter: topics.dead }, (t) => {
    const clean = t
      .source('in', topics.clicked)
      .pipe(validate<Click>('check', [{ code: 'user_too_long', check: ({ user }) => (user.length > bound ? user : undefined) }]))
      .pipe(dedupe('once', { key: ['user', 'page.id', 'at'], within: 1_000_000 }));
    clean.to('paid', topics.paid);
    clean.pipe(map('visit', ({ user, at }): Visit => ({ visitor: user, country, at }))).to('last', topics.last);
    const minutes = clean
      .pipe(tumble('per-minute', { size: 60_000, lateness: 60_000, per: { page: 'page.id' }, aggregate: count(), partial: true }))
      .repartition('by-page', { key: ['dims.page'] })
      .pipe(combine('whole', count()))
      .pipe(
        map('row', ({ start, dims: { page }, revision, final, value }) => ({
          event_id: `${page}/${start}/${revision}`,
          page,
          minute: start,
          revision,
          final,
          clicks: value,
        })),
      );
    minutes.to('minutes', topics.minutes);
    minutes.to('minute-rows', minutesTable);
  });
};

const users = Array.from({ length: 20 }, (_, n) => `u${n}`);

/** Two clicks of each of twenty users in the half minute of a round, one of them repeated; one user has too long a name. */
export const shopRound = (n: number): ReadonlyArray<Click> => [
  ...users.flatMap((user, at) => {
    const time = newYear + n * 30_000 + at;
    const click = clickOf(user, time, { page: { id: `p${at % 4}`, section: null } });
    return [click, click, { ...click, at: time + 100 }];
  }),
  clickOf('a-name-that-is-too-long', newYear + n * 30_000),
];
