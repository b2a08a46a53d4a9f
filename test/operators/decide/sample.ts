import { versioned } from '../../../pipeline/core/key.ts';
import type { StreamRecord } from '../../../pipeline/core/chunk.ts';
import { hours, minutes } from '../../../pipeline/core/time.ts';
import { recordOf } from '../../../pipeline/testing/records.ts';
import { relativeToBaseline } from '../../../operators/decide/relative-to-baseline.ts';
import type { Decision } from '../../../operators/decide/decision.ts';
import type { DecisionPolicy, LifecycleEvent } from '../../../operators/decide/policy.ts';

/** A combined window of the tests: how many dishes of a cook came back to the kitchen. */
export interface Served {
  readonly kitchen: string;
  readonly cook: string;
  /** Which minute of the evening. */
  readonly minute: number;
  readonly revision: number;
  readonly final: boolean;
  readonly n: number;
  readonly liked: number;
  readonly guests?: ReadonlyArray<number>;
}

export interface Shift {
  readonly kitchen: string;
  readonly cook: string;
  readonly kind: LifecycleEvent['kind'] | 'sick';
  readonly minute: number;
}

/** The begin of the evening, ms. */
export const evening = Date.UTC(2024, 0, 1, 18);

/** The time of a minute of the evening, ms. */
export const at = (minute: number): number => evening + minutes(minute);

const start = evening;

/** A relative policy of the tests: 100 dishes a side, a look every 50, two failures in a row. */
export const policy: DecisionPolicy<Served, Shift, Decision<Served>, 'kitchen'> = {
  name: 'taste',
  version: '1',
  metric: 'liked',
  better: 'higher',
  rule: relativeToBaseline({ margin: 0.1 }),
  mode: 'enforce',
  minSamples: 100,
  minSubmitters: 0,
  cooldown: hours(1),
  subject: { ofWindow: ['kitchen'], ofEvent: ['kitchen'] },
  window: versioned('1', ({ cook, minute, revision, final, n, liked, guests }) => ({
    arm: cook,
    start: start + minutes(minute),
    end: start + minutes(minute + 1),
    revision,
    final,
    n,
    sum: liked,
    sumSq: liked,
    submitters: guests,
    inputs: [{ topic: 'dishes', partition: 0, from: minute * 100, to: minute * 100 + n }],
  })),
  event: versioned('1', ({ cook, kind, minute }) =>
    kind === 'sick' ? undefined : { arm: cook, kind, baseline: undefined, at: start + minutes(minute) },
  ),
  command: versioned('1', (decision) => decision),
};

/** The last revision of a window, unless said otherwise. */
export const served = (cook: string, minute: number, numbers: Partial<Served>): StreamRecord<Served> =>
  recordOf({ kitchen: 'north', cook, minute, revision: 1, final: false, n: 0, liked: 0, ...numbers }, { time: at(minute) });

/** An event of the kitchen in the north, e.g. `shift('ana', 'deployed', 10)`. */
export const shift = (cook: string, kind: Shift['kind'], minute: number): StreamRecord<Shift> =>
  recordOf({ kitchen: 'north', cook, kind, minute }, { time: at(minute) });
