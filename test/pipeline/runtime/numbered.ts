import { map } from 'rxjs';
import { withRecords, withValue } from '../../../pipeline/core/chunk.ts';
import type { NoPorts, Operator, StateSpec } from '../../../pipeline/core/operator.ts';
import type { Click } from '../../support/clicks.ts';

const numbers: StateSpec<number> = {
  schema: 'number',
  shape: {},
  encode: (value) => Buffer.from(String(value)),
  decode: (bytes) => Number(bytes.toString()),
};

/** Writes a number into a click. */
export type Noted = (click: Click, number: number) => Click;

/** The number as the page's id. */
export const inPage: Noted = (click, number) => ({ ...click, page: { ...click.page, id: String(number) } });

/** The number as the page's section. */
export const inSection: Noted = (click, number) => ({ ...click, page: { ...click.page, section: String(number) } });

/** Numbers the clicks of each user from 1: its output shows every record that was lost or counted twice. */
export const numbered = (name: string, noted: Noted = inPage): Operator<Click, Click, number, NoPorts, 'user'> => ({
  shape: 'step',
  name,
  kind: 'number',
  params: {},
  state: numbers,
  stateKey: ['user'],
  keeps: true,
  build: ({ store }) =>
    map((chunk) =>
      withRecords(
        chunk,
        chunk.records.map((record) => {
          const count = (store.get(record.value.user) ?? 0) + 1;
          store.put(record.value.user, count, Infinity);
          return withValue(record, noted(record.value, count));
        }),
      ),
    ),
});
