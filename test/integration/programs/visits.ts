import { map } from 'rxjs';
import { recordType } from '../../../pipeline/avro/record-type.ts';
import { withRecords, withValue } from '../../../pipeline/core/chunk.ts';
import type { NoPorts, Operator } from '../../../pipeline/core/operator.ts';
import { type RawTopic, rawTopic, type Topic, topic } from '../../../pipeline/core/topic.ts';
import { topology } from '../../../pipeline/core/topology.ts';

/** A visit of a user, and which of theirs it is. */
export interface Visit {
  readonly user: string;
  readonly at: number;
  readonly number: number;
}

const visitType = recordType<Visit>({
  type: 'record',
  name: 'Visit',
  fields: [
    { name: 'user', type: 'string' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'number', type: 'int' },
  ],
});

/** The topics of a run. */
export const visitsOf = (
  run: string,
): { readonly visits: Topic<Visit, 'user'>; readonly numbered: Topic<Visit, 'user'>; readonly deadLetter: RawTopic } => ({
  visits: topic(`visits-${run}`, { type: visitType, key: ['user'], time: 'at' }),
  numbered: topic(`numbered-${run}`, { type: visitType, key: ['user'], time: 'at' }),
  deadLetter: rawTopic(`dead-${run}`),
});

const number: Operator<Visit, Visit, number, NoPorts, 'user'> = {
  shape: 'step',
  name: 'number',
  kind: 'number',
  params: {},
  state: { schema: 'number', shape: {}, encode: (value) => Buffer.from(String(value)), decode: (bytes) => Number(bytes.toString()) },
  stateKey: ['user'],
  keeps: true,
  build: ({ store }) =>
    map((chunk) =>
      withRecords(
        chunk,
        chunk.records.map((record) => {
          const count = (store.get(record.value.user) ?? 0) + 1;
          store.put(record.value.user, count, Infinity);
          return withValue(record, { ...record.value, number: count });
        }),
      ),
    ),
};

const run = process.env.VISITS_RUN ?? 'none';
const { visits, numbered, deadLetter } = visitsOf(run);

/** Numbers the visits of each user from 1. */
export const counting = topology(`visits-${run}`, { deadLetter }, (t) => {
  t.source('in', visits).pipe(number).to('out', numbered);
});
