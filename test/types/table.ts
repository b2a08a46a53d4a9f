import type { RecordType } from '../../pipeline/core/record-type.ts';
import { type ColumnName, type FieldName, table, type Table } from '../../pipeline/core/table.ts';

interface Reading {
  readonly id: string;
  readonly revision: number;
  readonly at: number;
  readonly place: { readonly country: string; readonly owner: { readonly name: string } | null };
  readonly tags: ReadonlyArray<string>;
  readonly counts: Readonly<Record<string, number>>;
  readonly photo: Buffer;
}

declare const reading: RecordType<Reading>;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

const names: Same<
  ColumnName<Reading>,
  'id' | 'revision' | 'at' | 'place_country' | 'place_owner_name' | 'tags' | 'counts' | 'photo'
> = true;
const fields: Same<FieldName<Reading>, ColumnName<Reading> | 'place' | 'place_owner'> = true;

const good: Table<Reading> = table('readings', {
  type: reading,
  orderBy: ['place_owner_name', 'id', 'at', '_offset'],
  version: 'revision',
  partitionBy: { every: 'month', of: 'at' },
  ttl: { of: 'at', days: 30 },
  columns: { place_owner: 'json', tags: 'omit', place_country: { codec: 'ZSTD(3)' } },
});

// @ts-expect-error a column that no field gives
table('readings', { type: reading, orderBy: ['place_city'] });
// @ts-expect-error a record is not one column
table('readings', { type: reading, orderBy: ['place'] });
// @ts-expect-error a version that no field gives
table('readings', { type: reading, orderBy: ['id'], version: 'revisions' });
// @ts-expect-error a time that no field gives
table('readings', { type: reading, orderBy: ['id'], ttl: { of: 'when', days: 3 } });
// @ts-expect-error a partition by what is no field
table('readings', { type: reading, orderBy: ['id'], partitionBy: { every: 'day', of: 'when' } });
// @ts-expect-error a choice for what is no field
table('readings', { type: reading, orderBy: ['id'], columns: { place_city: 'omit' } });
// @ts-expect-error a choice that does not exist
table('readings', { type: reading, orderBy: ['id'], columns: { tags: 'array' } });
