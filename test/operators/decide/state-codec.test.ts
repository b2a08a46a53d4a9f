import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { OffsetRange } from '../../../operators/windows/offset-range.ts';
import type { Side, SubjectState, Watch, WindowState } from '../../../operators/decide/state.ts';
import { decodeState, encodeState } from '../../../operators/decide/state-codec.ts';

const plain = { noNullPrototype: true };
const natural = fc.integer({ min: 0, max: 2 ** 40 });
const whole = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
const number = fc.double({ noNaN: true });
const ranges = fc.array(fc.record<OffsetRange>({ topic: fc.string(), partition: natural, from: natural, to: natural }, plain), {
  maxLength: 3,
});
const submitters = fc.option(fc.array(natural, { maxLength: 5 }), { nil: undefined });
const sums = { n: whole, sum: number, sumSq: number };
const side = fc.record<Side>(
  { ...sums, arm: fc.string(), windows: natural, submitters, assigned: natural, from: number, until: number, inputs: ranges },
  plain,
);
const watch = fc.record<Watch>(
  {
    candidate: side,
    baseline: fc.option(side, { nil: undefined }),
    since: number,
    looks: natural,
    lookedAt: natural,
    recent: fc.array(fc.boolean(), { maxLength: 4 }),
    unclear: natural,
    errors: natural,
  },
  plain,
);
const subject = fc.record<SubjectState>(
  {
    kind: fc.constant('subject'),
    phase: fc.constantFrom('idle', 'warmup', 'monitoring', 'suspect', 'commanded', 'cooldown', 'noData', 'inconclusive', 'error', 'paused'),
    stable: fc.option(fc.string(), { nil: undefined }),
    watch: fc.option(watch, { nil: undefined }),
    quietUntil: number,
    ordered: fc.array(number, { maxLength: 3 }),
    episodes: fc.array(fc.tuple(fc.string(), natural), { maxLength: 3 }).map((entries) => new Map(entries)),
    aliases: fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 3 }).map((entries) => new Map(entries)),
  },
  plain,
);
const window = fc.record<WindowState>(
  {
    ...sums,
    kind: fc.constant('window'),
    arm: fc.string(),
    start: number,
    end: number,
    revision: natural,
    submitters,
    assigned: natural,
    inputs: ranges,
  },
  plain,
);

describe('the state of decide', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.oneof(subject, window), (state) => {
        assert.deepEqual(decodeState(encodeState(state)), state);
      }),
    );
  });
});
