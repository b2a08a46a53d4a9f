import { map } from 'rxjs';
import { withRecords, withValue } from '../../../../pipeline/core/chunk.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import type { NoPorts, Operator } from '../../../../pipeline/core/operator.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { type Click, clicked, deadLetter, paidClicks } from '../../../support/clicks.ts';

/** Numbers the clicks of each user, and remembers the numbers where nothing may be remembered: beside the store. */
const numberedByHeart: Operator<Click, Click, never, NoPorts, 'user'> = {
  shape: 'step',
  name: 'number',
  kind: 'number-by-heart',
  params: {},
  keeps: true,
  build: () => {
    const numbers = new Map<string, number>();
    return map((chunk) =>
      withRecords(
        chunk,
        chunk.records.map((record) => {
          const number = (numbers.get(record.value.user) ?? 0) + 1;
          numbers.set(record.value.user, number);
          return withValue(record, { ...record.value, page: { id: String(number), section: null } });
        }),
      ),
    );
  },
};

/** A topology that is wrong as soon as a task moves. */
export const remembering: Topology = topology('remembering', { deadLetter }, (t) => {
  t.source('in', clicked).pipe(numberedByHeart).to('out', paidClicks);
});
