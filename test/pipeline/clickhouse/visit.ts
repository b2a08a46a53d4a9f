import { jsonType } from './json-type.ts';

export interface Place {
  readonly country: string;
  readonly city: string | null;
}

/** A record with one field of each sort that a table maps. */
export interface Visit {
  readonly id: string;
  readonly revision: number;
  readonly seen: number;
  readonly left: number | null;
  readonly kind: 'WEB' | 'APP';
  readonly place: Place;
  readonly former: Place | null;
  readonly score: number;
  readonly weights: ReadonlyArray<number> | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly steps: ReadonlyArray<Place>;
  readonly photo: Buffer;
  readonly known: boolean;
}

const micros = { type: 'long', logicalType: 'timestamp-micros' };

export const visitSchema = {
  type: 'record',
  name: 'test.Visit',
  fields: [
    { name: 'id', type: { type: 'string', logicalType: 'uuid' } },
    { name: 'revision', type: 'int' },
    { name: 'seen', type: micros },
    { name: 'left', type: ['null', { type: 'long', logicalType: 'timestamp-millis' }] },
    { name: 'kind', type: { type: 'enum', name: 'test.Kind', symbols: ['WEB', 'APP'] } },
    {
      name: 'place',
      type: {
        type: 'record',
        name: 'test.Place',
        fields: [
          { name: 'country', type: 'string' },
          { name: 'city', type: ['null', 'string'] },
        ],
      },
    },
    { name: 'former', type: ['null', 'test.Place'] },
    { name: 'score', type: 'double' },
    { name: 'weights', type: ['null', { type: 'array', items: 'float' }] },
    { name: 'counts', type: { type: 'map', values: 'long' } },
    { name: 'steps', type: { type: 'array', items: 'test.Place' } },
    { name: 'photo', type: 'bytes' },
    { name: 'known', type: 'boolean' },
  ],
};

export const visitType = jsonType<Visit>(visitSchema);

/** A visit by its number. */
export const visit = (n: number, changes: Partial<Visit> = {}): Visit => ({
  id: `v-${n}`,
  revision: 1,
  seen: 1_700_000_000_000_000 + n,
  left: null,
  kind: n % 2 === 0 ? 'WEB' : 'APP',
  place: { country: 'is', city: null },
  former: null,
  score: n / 4,
  weights: [n],
  counts: { n },
  steps: [],
  photo: Buffer.from([n % 256]),
  known: true,
  ...changes,
});
