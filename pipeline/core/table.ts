import type { RecordType } from './record-type.ts';

/** A table as a value. */
export interface Table<R> {
  readonly kind: 'table';
  readonly name: string;
  readonly type: RecordType<R>;
}
