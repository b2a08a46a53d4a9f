import { count } from '../../../../operators/aggregates/count.ts';
import { dedupe } from '../../../../operators/dedupe.ts';
import { lookup } from '../../../../operators/lookup.ts';
import { map } from '../../../../operators/map.ts';
import { tumble } from '../../../../operators/tumble.ts';
import { recordType } from '../../../../pipeline/avro/record-type.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import { minutes, seconds } from '../../../../pipeline/core/time.ts';
import { topic } from '../../../../pipeline/core/topic.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import type { Simulation } from '../../../../pipeline/testing/simulate/simulation.ts';
import { type Click, clicked, clickType, deadLetter, paidClicks } from '../../../support/clicks.ts';

interface UserMinute {
  readonly user: string;
  readonly start: number;
  readonly n: number;
}

const userMinutes = topic('clicks.by-user', {
  type: recordType<UserMinute>({
    type: 'record',
    name: 'UserMinute',
    fields: [
      { name: 'user', type: 'string' },
      { name: 'start', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'n', type: 'long' },
    ],
  }),
  key: ['user'],
  time: 'start',
});

const asked = lookup<Click, string, Click>('ask', {
  port: 'sections',
  deadline: 60,
  key: ['page.id'],
  merge: (click, section) => ({ ...click, page: { ...click.page, section: section ?? 'unknown' } }),
  output: clickType,
});

/** Clicks that count once in two minutes, with what a service says of their page, and counted by the minute. All its inputs are made up. */
export const shop: Topology = topology('shop', { deadLetter }, (t) => {
  const once = t.source('in', clicked).pipe(dedupe('once', { key: ['user', 'page.id'], within: minutes(2) }));
  once
    .pipe(asked)
    .repartition('by-page', { key: ['page.id'] })
    .to('asked', paidClicks);
  once
    .pipe(tumble('per-minute', { size: minutes(1), lateness: seconds(30), per: { user: 'user' }, aggregate: count(), emit: 'onClose' }))
    .pipe(map('row', ({ dims, start, value }): UserMinute => ({ user: dims.user, start, n: value })))
    .to('minutes', userMinutes);
});

/** The service that the shop asks. */
export const simulation: Simulation = {
  lookups: { sections: { fetch: (keys) => Promise.resolve(keys.map((key) => `section of ${key}`)) } },
};
