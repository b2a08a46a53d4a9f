import { recordType } from '../../../../pipeline/avro/record-type.ts';
import { compactedTopic, rawTopic, topic } from '../../../../pipeline/core/topic.ts';
import { table } from '../../../../pipeline/core/table.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import { combine } from '../../../../operators/combine.ts';
import { count } from '../../../../operators/aggregates/count.ts';
import { dedupe } from '../../../../operators/dedupe.ts';
import { map } from '../../../../operators/map.ts';
import { tumble } from '../../../../operators/tumble.ts';
import { validate } from '../../../../operators/validate.ts';
import { type Click, clicked, paidClicks, type Visit, visitType } from '../../../support/clicks.ts';

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

const dead = rawTopic('clicks.dead-letter');
const last = compactedTopic('clicks.last', { type: visitType, key: ['visitor'], time: 'at' });
const minutesTopic = topic('clicks.minutes', { type: pageMinute, key: ['page'] });
const minutesTable = table('page_minutes', { type: pageMinute, orderBy: ['page', 'minute'], version: 'revision' });

/** All that the topology writes. */
export const shopTopics = { dead, last, paid: paidClicks, minutes: minutesTopic };

/** Everything that a replay has to do with: rejects, state, a repartition, windows of two steps, a table, a compacted topic. */
export const shop = (country = 'NL', bound = 10): Topology =>
  topology('shop', { deadLetter: dead }, (t) => {
    const clean = t
      .source('in', clicked)
      .pipe(validate<Click>('check', [{ code: 'user_too_long', check: ({ user }) => (user.length > bound ? user : undefined) }]))
      .pipe(dedupe('once', { key: ['user', 'page.id', 'at'], within: 1_000_000 }));
    clean.to('paid', paidClicks);
    clean.pipe(map('visit', ({ user, at }): Visit => ({ visitor: user, country, at }))).to('last', last);
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
    minutes.to('minutes', minutesTopic);
    minutes.to('minute-rows', minutesTable);
  });
