import { createHash } from 'node:crypto';
import { dedupe } from '../../operators/dedupe.ts';
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import { days } from '../../pipeline/core/time.ts';
import { rawTopic, topic } from '../../pipeline/core/topic.ts';
import { topology } from '../../pipeline/core/topology.ts';

/** What is deduplicated: as long as the keys of feedback, in no order. */
export interface Event {
  readonly tenant: string;
  readonly target: string;
  readonly id: string;
  readonly at: number;
}

const text = (name: string): { readonly name: string; readonly type: string } => ({ name, type: 'string' });

export const eventType = recordType<Event>({
  type: 'record',
  name: 'Event',
  fields: [text('tenant'), text('target'), text('id'), { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }],
});

export const events = topic('restore.events', { type: eventType, key: ['tenant', 'target'], time: 'at' });
const passed = topic('restore.passed', { type: eventType, key: ['tenant', 'target'], time: 'at' });
const deadLetter = rawTopic('restore.dead-letter');

/** The topics that have to be there. */
export const topicNames: ReadonlyArray<string> = [events.name, passed.name, deadLetter.name];

/** Of every topic, and so of tasks, which are restored side by side. */
export const partitions = 8;

/** The changelog that is restored. */
export const changelog = 'millrace.restore.dedupe.changelog';

/** Remembers every event for a month: one entry each, with an expiry. */
export const job: Topology = topology('restore', { deadLetter }, (t) => {
  t.source('events', events)
    .pipe(dedupe('dedupe', { key: ['tenant', 'target', 'id'], within: days(30) }))
    .to('passed', passed);
});

const uuidOf = (what: string): string =>
  createHash('sha1')
    .update(what)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');

/** The `n`th event; ms apart from a time. */
export const eventOf = (n: number, start: number): Event => ({
  tenant: `tenant-${n % 7}`,
  target: uuidOf(`target ${n}`),
  id: uuidOf(`id ${n}`),
  at: start + n,
});
